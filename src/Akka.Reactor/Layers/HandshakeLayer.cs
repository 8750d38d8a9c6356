using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// The base of a layer that exchanges bytes of its own with the peer first (a proxy's dialogue, a preamble, a login) and changes
/// nothing once it is open. Writes from above wait here until then, up to the transport's limit, and so does an end that comes
/// behind them.
/// </summary>
/// <remarks>
/// Override <see cref="LayerActor.OnLowerConnected"/> to begin, <see cref="Send"/> what the peer must get, read its answer in
/// <see cref="LayerActor.OnReceived"/> while <see cref="IsOpen"/> is false, and call <see cref="Open"/>. Bytes behind the answer
/// belong to the owner: pass them to <c>base.OnReceived</c>. A layer that takes bytes for itself tells <c>Lower</c> that they are
/// <see cref="Consumed"/>. Use <see cref="LayerActor.CreateTimer"/> for a total deadline and <see cref="LayerActor.Fail"/> to end.
/// </remarks>
/// <param name="lower">The transport below.</param>
public abstract class HandshakeLayer(IActorRef lower) : LayerActor(lower)
{
    private List<PendingWrite> _held = [];
    private long _heldCost;

    // CloseWrite or Close, when it has to wait. Behind it nothing is accepted any more.
    private ITransportCommand? _end;

    /// <summary>True after <see cref="Open"/>: what is written above goes straight down.</summary>
    protected bool IsOpen { get; private set; }

    /// <summary>True when the owner closed the layer before it was open: it will never be, and the peer's bytes are not wanted.</summary>
    protected bool IsGivenUp { get; private set; }

    /// <summary>
    /// Sends bytes of this layer's own. They are never refused, whatever the queue holds, and nothing about them is told above.
    /// </summary>
    /// <param name="bytes">Must not change until the connection has ended or the peer has answered.</param>
    protected void Send(ReadOnlyMemory<byte> bytes) => Lower.Tell(new Write(bytes) { Carries = this }, Self);

    /// <summary>The exchange is complete: the owner receives <see cref="Connected"/>, and what has waited leaves.</summary>
    protected void Open()
    {
        IsOpen = true;
        Established();
        List<PendingWrite> held = _held;
        _held = [];
        _heldCost = 0;
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

    /// <summary>The owner closed the layer before it was open. Stop timers here.</summary>
    protected virtual void OnGivenUp() { }

    /// <inheritdoc/>
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
        else if (write.Carries is not null || !TryRefuse(write, sender, _heldCost))
        {
            _held.Add(new PendingWrite(write, sender));
            _heldCost += WriteCost.Of(write, Limit);
        }
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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
