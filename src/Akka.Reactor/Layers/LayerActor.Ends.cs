using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Akka.Event;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// How a layer ends: by a crash, with the actor above it, or with what is below; and what it still does then.
public abstract partial class LayerActor
{
    /// <summary>Only an outside hand can restart a layer (<see cref="Kill"/> under such a strategy): it has crashed.</summary>
    public sealed override void AroundPreRestart(Exception cause, object message)
    {
        Crash(cause);
        base.AroundPreRestart(cause, message);
    }

    /// <inheritdoc/>
    public sealed override void AroundPostRestart(Exception cause, object message) => _ended = true;

    /// <summary>
    /// A layer dies with the actor above it, and then its mailbox may still hold that actor's last writes and its
    /// <see cref="Close"/>: they were accepted, so they are carried out. Of a stack of layers all die at once, in no
    /// particular order, so each first lets the one above it do the same.
    /// </summary>
    public sealed override void AroundPostStop()
    {
        CarryOutPending(livesOn: false);
        if (!_ended)
        {
            if (!_closeAccepted)
            {
                Lower.Tell(Abort.Instance, Self);
                CarryOutPending(livesOn: false);
            }

            End(new Closed(CloseReason.Aborted));
        }

        base.AroundPostStop();
    }

    private void Crash(Exception cause)
    {
        Lower.Tell(Abort.Instance, Self);
        End(new Closed(CloseReason.Failed, new LayerCrashedException(GetType().Name, cause)));
    }

    void IPendingCommands.CarryOutPending() => CarryOutPending(livesOn: true);

    private void CarryOutPending(bool livesOn)
    {
        // The mailbox has one consumer, the loop's thread. A layer that was deployed elsewhere is on its own.
        if (_cell.Dispatcher is not LoopDispatcher { IsCurrent: true })
        {
            return;
        }

        _cell.UseThreadContext(() =>
        {
            if (!_ended)
            {
                // Of what ended by itself they have been told, and whether they stop too is not known.
                _above?.CarryOutPending();
            }

            IMessageQueue mailbox = _cell.Mailbox!.MessageQueue;
            List<Envelope>? others = null;
            while (mailbox.TryDequeue(out Envelope envelope))
            {
                if (envelope.Message is ITransportCommand command and not Claim)
                {
                    Command(command, envelope.Sender);
                }
                else if (livesOn)
                {
                    (others ??= []).Add(envelope);
                }
                else if (envelope.Sender.Is(Lower))
                {
                    TakeLastAnswer(envelope.Message);
                }
            }

            others?.ForEach(envelope => mailbox.Enqueue(Self, envelope));
        });
    }

    // What became of writes that were passed down: nobody else can tell those who wrote.
    private void TakeLastAnswer(object message)
    {
        if (message is WriteFailed or DeliveryUnknown or not ITransportEvent)
        {
            try
            {
                Handle(message, Lower);
            }
            catch (Exception fault)
            {
                Log.Error(fault, "{0}: the layer crashed while it stopped", _connection?.Remote);
            }
        }
    }

    // Of a stack of layers the topmost says how the connection ends: it knows what those below it only carry out.
    private Closed LogEnd(Closed closed)
    {
        if (_connection?.Base is not { LogsEnd: true } connection)
        {
            return closed;
        }

        if (_above is null)
        {
            connection.LogEnd(closed);
        }

        return closed with
        {
            Logged = true,
        };
    }

    private void End(Closed closed)
    {
        if (!_ended)
        {
            closed = LogEnd(AnswerTheRest(closed));
            TellOwner(closed);
            _claimedFrom?.ForEach(old => old.Tell(ClaimedConnectionOver.Instance, Self));
            _ended = true;
            _end = closed;
            OffloadWhatWaited();
        }
    }
}
