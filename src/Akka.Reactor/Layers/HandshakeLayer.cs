using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// The base of a layer that first exchanges bytes of its own with the peer (a proxy's dialogue, a preamble, a login) and
/// changes nothing after it is open. Until then, writes from above wait here, up to the transport's limit. A
/// <see cref="Close"/> or <see cref="CloseWrite"/> behind them waits too.
/// </summary>
/// <remarks>
/// Override <see cref="LayerActor.OnLowerConnected"/> to begin, <see cref="Send"/> the bytes that the peer must receive, read
/// the peer's answer in <see cref="LayerActor.OnReceived"/> while <see cref="IsOpen"/> is false, and call <see cref="Open"/>.
/// Bytes behind the answer belong to the owner: pass them to <c>base.OnReceived</c>. A layer that takes bytes for itself tells
/// <c>Lower</c> that they are <see cref="Consumed"/>. Use <see cref="LayerActor.CreateTimer"/> for a total deadline and
/// <see cref="LayerActor.Fail"/> to end.
/// </remarks>
/// <param name="lower">The transport below.</param>
public abstract class HandshakeLayer(IActorRef lower) : LayerActor(lower)
{
    private List<PendingWrite> _held = [];
    private long _heldCost;

    // A CloseWrite or Close that has to wait. No write is accepted after it.
    private ITransportCommand? _end;

    /// <summary>True after <see cref="Open"/>: writes from above then go directly to the transport below.</summary>
    protected bool IsOpen { get; private set; }

    /// <summary>
    /// True if the owner closed the layer before it was open. The layer then never opens, and the peer's bytes are not wanted.
    /// </summary>
    protected bool IsGivenUp { get; private set; }

    /// <summary>
    /// Sends bytes of this layer's own. They are never refused, however full the queue is, and the owner receives nothing about
    /// them.
    /// </summary>
    /// <param name="bytes">The bytes. They must not change until the connection has ended or the peer has answered.</param>
    protected void Send(ReadOnlyMemory<byte> bytes) => Lower.Tell(new Write(bytes) { Carries = this }, Self);

    /// <summary>Completes the exchange: the owner receives <see cref="Connected"/>, and the waiting writes are sent.</summary>
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

    /// <summary>Called when the owner closes the layer before it is open. Stop timers here.</summary>
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
        // If one of this layer's own writes fails, the layer notices the failure by the end of the connection.
        if (message is not WriteFailed { Write: var write } || !IsOwn(write))
        {
            base.OnMessage(message);
        }
    }

    // Nothing leaves before the layer is open, so there is nothing to wait for yet.
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
