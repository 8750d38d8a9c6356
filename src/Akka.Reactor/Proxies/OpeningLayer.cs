using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Connections;

namespace Akka.Reactor.Proxies;

/// <summary>
/// A layer that has something to say to its peer before anything from above may leave, and is then open and changes nothing.
/// What is written above until then waits here, up to the transport's limit, and so does an end that has to come behind it.
/// </summary>
internal abstract class OpeningLayer(IActorRef lower) : LayerActor(lower)
{
    private List<PendingWrite> _held = [];
    private long _heldBytes;

    // CloseWrite or Close, when it has to wait. Behind it nothing is accepted any more.
    private ITransportCommand? _end;

    /// <summary>True once what is written above goes straight down.</summary>
    private protected bool IsOpen { get; private set; }

    /// <summary>True when it was closed before it was open, and never will be: nothing more is wanted of the peer.</summary>
    private protected bool IsGivenUp { get; private set; }

    /// <summary>
    /// Sends bytes of this layer's own. They are a part of the stream whatever the queue's limit is, and nobody above hears of
    /// them.
    /// </summary>
    private protected void Say(ReadOnlyMemory<byte> bytes) => Lower.Tell(new Write(bytes) { Carries = this }, Self);

    /// <summary>Everything was said: the owner is told <see cref="Connected"/>, and what has waited leaves.</summary>
    private protected void Open()
    {
        IsOpen = true;
        Established();
        List<PendingWrite> held = _held;
        _held = [];
        _heldBytes = 0;
        foreach (PendingWrite pending in held)
        {
            base.OnWrite((Write)pending.Write, pending.Sender!);
        }

        if (_end is not null)
        {
            base.OnCommand(_end);
        }

        if (Refusing)
        {
            AwaitRoom();
        }
    }

    /// <summary>It was closed before it was open.</summary>
    private protected virtual void OnGivenUp() { }

    protected sealed override void OnWrite(Write write, IActorRef sender)
    {
        if (IsOpen || IsGivenUp)
        {
            base.OnWrite(write, sender);
        }
        else if (_end is not null)
        {
            Answer(sender, new WriteFailed(write, new TransportClosedException(CloseReason.Requested)));
        }
        else if (write.Carries is null && _heldBytes + write.Data.Length > Limit)
        {
            Refuse(write, sender, _heldBytes);
        }
        else
        {
            _held.Add(new PendingWrite(write, sender));
            _heldBytes += write.Data.Length;
        }
    }

    protected sealed override void OnCommand(ITransportCommand command)
    {
        switch (command)
        {
            case Close when !IsOpen && !IsGivenUp && _held.Count == 0:
                IsGivenUp = true;
                OnGivenUp();
                base.OnCommand(command);
                break;
            case Close or CloseWrite when !IsOpen && !IsGivenUp:
                _end = _end is Close ? _end : command;
                break;
            default:
                base.OnCommand(command);
                break;
        }
    }

    protected override void OnLowerClosed(Closed closed)
    {
        base.OnLowerClosed(
            closed.Undelivered.Any(IsOwn)
                ? closed with
                {
                    Undelivered = [.. closed.Undelivered.Where(write => !IsOwn(write))],
                }
                : closed
        );
    }

    protected override void OnMessage(object message)
    {
        // That the peer has not got what this layer said it notices by the end of the connection.
        if (message is not WriteFailed { Write: var write } || !IsOwn(write))
        {
            base.OnMessage(message);
        }
    }

    // Until it is open nothing leaves, so there is nothing to wait for yet.
    private protected sealed override void AwaitRoom()
    {
        if (IsOpen)
        {
            base.AwaitRoom();
        }
    }

    private protected sealed override IReadOnlyList<PendingWrite> AbandonWrites()
    {
        IReadOnlyList<PendingWrite> behind = base.AbandonWrites();
        if (_held.Count == 0)
        {
            return behind;
        }

        List<PendingWrite> all = [.. _held, .. behind];
        _held = [];
        return all;
    }

    private bool IsOwn(IWriteCommand write) =>
        write is Write { Carries: { } carried } && ReferenceEquals(carried, this);
}
