using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Layers;

/// <summary>
/// The mailbox of a layer. The commands in it that the layer has accepted are carried out when its stack comes down: Akka drops what is
/// in the mailbox of an actor that stops.
/// </summary>
internal readonly struct LayerMailbox(ActorCell cell)
{
    /// <summary>True while messages wait. Read this only inside the layer's own message processing.</summary>
    internal bool HasMessages => cell.Mailbox!.MessageQueue.HasMessages;

    /// <summary>
    /// Carries out the pending commands, except changes of the owner. Does nothing on a thread other than that of the layer's loop: the
    /// mailbox has one consumer.
    /// </summary>
    /// <param name="above">The layer above, which does the same first; or null.</param>
    /// <param name="command">Carries out a command of a sender.</param>
    /// <param name="done">Called after the last command.</param>
    /// <param name="other">Handles each other message of a sender. Null: these messages stay in the mailbox, in their order.</param>
    internal void CarryOut(
        IPendingCommands? above,
        Action<ITransportCommand, IActorRef> command,
        Action done,
        Action<object, IActorRef>? other
    )
    {
        if (cell.Dispatcher is not LoopDispatcher { IsCurrent: true })
        {
            return;
        }

        ActorCell layer = cell;
        layer.UseThreadContext(() =>
        {
            above?.CarryOutPending();
            IMessageQueue mailbox = layer.Mailbox!.MessageQueue;
            List<Envelope> others = [];
            while (mailbox.TryDequeue(out Envelope envelope))
            {
                if (envelope.Message is ITransportCommand pending and not (Claim or LayerStarted))
                {
                    command(pending, envelope.Sender);
                }
                else if (other is null)
                {
                    others.Add(envelope);
                }
                else
                {
                    other(envelope.Message, envelope.Sender);
                }
            }

            done();
            others.ForEach(envelope => mailbox.Enqueue(layer.Self, envelope));
        });
    }
}
