using System;
using System.Buffers;
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
public abstract class HandshakeLayer : LayerActor
{
    /// <inheritdoc cref="LayerActor(IActorRef)"/>
    protected HandshakeLayer(IActorRef lower)
        : base(lower) => Writes.Hold();

    /// <summary>True after <see cref="Open"/>: writes from above then go directly to the transport below.</summary>
    protected bool IsOpen { get; private set; }

    /// <summary>
    /// True if the owner closed the layer before it was open, and had written nothing. The layer then never opens, and the peer's bytes
    /// are not wanted. A close behind writes waits with them until the layer is open.
    /// </summary>
    protected bool IsGivenUp { get; private set; }

    /// <summary>
    /// Sends bytes of this layer's own. They are never refused, however full the queue is, and the owner receives nothing about
    /// them.
    /// </summary>
    /// <param name="bytes">The bytes. They must not change until the connection has ended or the peer has answered.</param>
    protected void Send(ReadOnlyMemory<byte> bytes) =>
        Lower.Tell(new OwnBytes(this, new ReadOnlySequence<byte>(bytes)), Self);

    /// <summary>Completes the exchange: the owner receives <see cref="Connected"/>, and the waiting writes are sent.</summary>
    protected void Open()
    {
        IsOpen = true;
        Established();
        Writes.Open();
    }

    /// <summary>Called when <see cref="IsGivenUp"/> becomes true. Stop timers here.</summary>
    protected virtual void OnGivenUp() { }

    /// <inheritdoc/>
    protected sealed override void OnWrite(Write write, IActorRef sender) => base.OnWrite(write, sender);

    /// <inheritdoc/>
    protected sealed override void OnCommand(ITransportCommand command)
    {
        if (command is Close && !IsOpen && !IsGivenUp)
        {
            IsGivenUp = true;
            OnGivenUp();
        }

        base.OnCommand(command);
    }

    // A Close behind no write does not wait: nobody wants the connection any more.
    private protected sealed override bool MustWait(ITransportCommand end) =>
        base.MustWait(end) && (end is not Close || IsOpen || Writes.HasWaiting);
}
