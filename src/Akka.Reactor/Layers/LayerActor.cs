using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Layers;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// The base of a layer: an actor that owns the transport below it and is the transport of the actor above. Without
/// overrides it passes everything through; a layer overrides what it changes.
/// </summary>
/// <remarks>
/// A layer is a child of the actor that put it in, dies with it, and never restarts: a crash aborts this connection and no
/// other. Everything runs in its own message processing. Acknowledgements of writes passed down go straight to whoever
/// wrote.
/// </remarks>
public abstract partial class LayerActor : UntypedActor, IPendingCommands
{
    private readonly ActorCell _cell;
    private IncomingSwap _incoming;
    private ILoggingAdapter? _log;
    private IActorRef _owner;
    private IPendingCommands? _above;
    private Connected? _connection;
    private bool _ownerExpectsHandover;
    private bool _handsOver;

    // Those from whom it was claimed without a hand-over. Null: nobody.
    private List<IActorRef>? _claimedFrom;
    private bool _established;
    private bool _closeAccepted;

    // CloseWrite or Close came from above: behind it nothing is written.
    private bool _finished;
    private bool _ended;
    private Closed? _end;

    // Who wants no bytes now. The owner's wish counts from when the layer is established: until then it has to receive.
    private bool _ownerSuspends;
    private bool _suspends;

    // Null until a write comes whose bytes have to be fetched.
    private LayerWrites? _writes;
    private List<Action>? _offloadLater;
    private RefusalGate _gate;
    private bool _owesDrained;

    // A source was refused below: until writes are accepted there again, this layer has no room either.
    private bool _refusedBelow;

    /// <summary>A layer on <paramref name="lower"/>; it claims it when it starts.</summary>
    protected LayerActor(IActorRef lower)
    {
        Lower = lower;
        _cell = (ActorCell)Context;
        _owner = Context.Parent;
    }

    /// <summary>The transport below.</summary>
    protected IActorRef Lower { get; }

    /// <summary>The connection as the transport below told it.</summary>
    /// <exception cref="InvalidOperationException">The transport below has not answered the claim yet.</exception>
    protected Connected Connection =>
        _connection ?? throw new InvalidOperationException("There is no connection before OnLowerConnected.");

    /// <summary>True once the transport below has answered the claim.</summary>
    protected bool HasConnection => _connection is not null;

    /// <summary>Logs under this actor's path.</summary>
    protected ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>True once the end was told to the owner; nothing may be told after it.</summary>
    protected bool Ended => _ended;

    /// <summary>The transport below is ours. By default the layer is established at once.</summary>
    protected virtual void OnLowerConnected() => Established();

    /// <summary>Bytes from below. By default they are told to the owner.</summary>
    protected virtual void OnReceived(ReadOnlySequence<byte> data) => TellOwner(new Received(data));

    /// <summary>The peer's FIN from below.</summary>
    protected virtual void OnPeerFinished() => TellOwner(PeerFinished.Instance);

    /// <summary>The end from below. By default it is the end of this layer too.</summary>
    protected virtual void OnLowerClosed(Closed closed)
    {
        ArgumentNullException.ThrowIfNull(closed);
        End(closed);
    }

    /// <summary>
    /// A write from above, with whom to answer: its sender, or the owner where it had none. A <see cref="WriteFile"/> or <see cref="WriteFrom"/> comes as a write of
    /// this layer's own for every piece of it. A layer that changes the bytes says <c>write with { Data = ... }</c>.
    /// </summary>
    protected virtual void OnWrite(Write write, IActorRef sender) => Lower.Tell(write, sender);

    /// <summary>
    /// Any other command from above; <see cref="Claim"/>, <see cref="Akka.Reactor.SuspendReading"/> and
    /// <see cref="Akka.Reactor.ResumeReading"/> are handled by the base.
    /// </summary>
    protected virtual void OnCommand(ITransportCommand command) => Lower.Tell(command, Self);

    /// <summary>
    /// Whether bytes that were on their way when this layer was put in under <see cref="UnreadPolicy.Reject"/> can be the peer's
    /// answer to the change rather than bytes sent ahead of it. By default no.
    /// </summary>
    protected virtual bool AcceptsEarly(ReadOnlySequence<byte> data) => false;

    /// <summary>
    /// What the owner receives as <see cref="Connected.Tls"/>. By default that of the transport below. A layer that leads from the
    /// peer below to another one, as a proxy's does, returns null: TLS below it is not TLS with the other one.
    /// </summary>
    protected virtual TlsInfo? TlsAbove => Connection.Tls;

    /// <summary>Whether the peer hears of a <see cref="Fail"/> by what this layer has sent.</summary>
    private protected virtual bool TellsPeerOfFailures => false;

    /// <summary>Whether nothing of what this layer has received is kept, by it or by anybody it was passed to.</summary>
    private protected virtual bool HasReadAll => false;

    /// <summary>
    /// The owner has read all of what it was told in one <see cref="Received"/>, and nobody has kept any of it but this
    /// layer, which may have been told to write it.
    /// </summary>
    private protected virtual void OnGivenBack(in ReadOnlySequence<byte> received) { }

    /// <summary>Anything else: acknowledgements of this layer's own writes, deadlines.</summary>
    protected virtual void OnMessage(object message) => Unhandled(message);

    /// <summary>The layer is ready: the owner is told <see cref="Connected"/>, with this layer as its transport.</summary>
    protected void Established()
    {
        _established = true;
        TellConnected();
        if (_ownerSuspends)
        {
            Lower.Tell(Akka.Reactor.SuspendReading.Instance, Self);
        }
    }

    /// <summary>This layer wants nothing from below until <see cref="ResumeReading"/>, whatever its owner wants.</summary>
    protected void SuspendReading()
    {
        _suspends = true;
        Lower.Tell(Akka.Reactor.SuspendReading.Instance, Self);
    }

    /// <summary>Takes back <see cref="SuspendReading"/>; reading goes on unless the owner has suspended it.</summary>
    protected void ResumeReading()
    {
        _suspends = false;
        ResumeBelow();
    }

    /// <summary>Tells the owner, unless the end was told already.</summary>
    protected void TellOwner(ITransportEvent transportEvent)
    {
        if (!_ended)
        {
            _owner.Tell(transportEvent, Self);
        }
    }

    /// <summary>A timer that tells this actor a message (<see cref="OnMessage"/>). Stop it when the layer ends.</summary>
    protected ConnectionTimer CreateTimer(object message) => new(Connection.Loop, Self, message);

    /// <summary>Answers a write: tells its sender, or the owner where it had none.</summary>
    protected void Answer(IActorRef sender, object answer) =>
        (sender is null || sender.IsNobody() ? _owner : sender).Tell(answer, Self);

    /// <summary>
    /// The connection fails in this layer: what was accepted before is still delivered below (an alert, say), and the
    /// owner is told <see cref="Closed"/>. In the middle of a file or a producer the connection is reset: the peer must not
    /// take what it got for the whole.
    /// </summary>
    protected void Fail(CloseReason reason, ReactorException exception)
    {
        bool cutsOff = _writes is { IsActive: true } && !TellsPeerOfFailures;
        Lower.Tell(cutsOff ? Abort.Instance : Close.Instance, Self);
        End(new Closed(reason, exception));
    }

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        if (
            _incoming.Holds
            && message is ITransportEvent transportEvent
            && message is not HandedOver
            && Sender.Is(Lower)
        )
        {
            _incoming.Hold(transportEvent);
            return;
        }

        try
        {
            Handle(message, Sender);
        }
        catch (Exception fault)
        {
            // Not the supervisor's business: whatever its strategy, a layer has its place in two streams and cannot
            // start over. Nor does it stop before the actor that put it in: writes may be on their way to it through the
            // layers above, and somebody has to answer them.
            Log.Error(fault, "{0}: the layer crashed", _connection?.Remote);
            Crash(fault);
        }
    }

    /// <inheritdoc/>
    public sealed override void AroundPreStart()
    {
        // A transport that was gone already answers the claim with its end; a layer that has stopped, nothing.
        if (Lower is not TransportRef)
        {
            Context.Watch(Lower);
        }

        // Without effect where the actor that put the layer in has claimed for it already.
        Lower.Tell(new Claim(Self) { Above = this }, Self);
        base.AroundPreStart();
    }

    private void Handle(object message, IActorRef sender)
    {
        switch (message)
        {
            case ITransportCommand command:
                Command(command, sender);
                break;
            case PieceRead or SourceBegins or PieceTaken or SourceAnswer or RoomAgain:
            case WriteFailed { Write: Write { Ack: SourceBegins or PieceTaken or SourceAnswer } }:
            case DeliveryUnknown { Write: Write { Ack: SourceAnswer } }:
                WriteStep(message);
                break;
            case Received received when sender.Is(Lower):
                if (!_ended)
                {
                    OnReceived(received.Data);
                    if (HasReadAll && Lower is TransportRef transport)
                    {
                        transport.Release(received.Data, written: false);
                    }
                }

                break;
            case PeerFinished when sender.Is(Lower):
                if (!_ended)
                {
                    OnPeerFinished();
                }

                break;
            case Closed closed when sender.Is(Lower):
                if (!_ended)
                {
                    OnLowerClosed(closed);
                }

                break;
            case Connected connected when sender.Is(Lower):
                _connection = connected;
                OffloadWhatWaited();
                if (connected.Handover)
                {
                    _incoming.Begin();
                }

                OnLowerConnected();
                break;
            case HandedOver handedOver:
                CompleteIncoming(handedOver);
                break;
            case Terminated terminated when terminated.ActorRef.Is(Lower):
                // It tells its end itself, before this, unless it was gone when we claimed it.
                if (!_ended && !_incoming.Holds)
                {
                    OnLowerClosed(new Closed(CloseReason.Aborted));
                }

                break;
            case WritingResumed or Writable { Origin: null } when sender.Is(Lower):
                BelowIsWritable((ITransportEvent)message);
                break;
            case WriteQueueEmpty when _writes is { IsActive: true } && sender.Is(Lower):
                // The kernel has what left this layer, which is not everything.
                _owesDrained = true;
                break;
            case Secured when !_established && sender.Is(Lower):
                // With whom this layer still speaks, who may be another than the owner will speak with.
                break;
            case ITransportEvent transportEvent and not (WriteFailed or DeliveryUnknown) when sender.Is(Lower):
                TellOwner(transportEvent);
                break;
            default:
                OnMessage(message);
                break;
        }
    }

    private void Command(ITransportCommand command, IActorRef sender)
    {
        switch (command)
        {
            case IWriteCommand write:
                WriteFromAbove(write, WhomToAnswer(sender));
                break;
            case Akka.Reactor.SuspendReading:
                _ownerSuspends = true;
                if (_established)
                {
                    Lower.Tell(command, Self);
                }

                break;
            case Akka.Reactor.ResumeReading:
                _ownerSuspends = false;
                ResumeBelow();
                break;
            case ResumeWriting resume when ReferenceEquals(resume.Origin, this):
                if (_gate.Resume(heardAll: true) is { } resumed)
                {
                    TellOwner(resumed);
                }

                break;
            case ResumeWriting:
                Lower.Tell(command, Self);
                break;
            case Close or CloseWrite when _writes is { IsActive: true } writes:
                _finished = true;
                writes.EndAfter(command);
                break;
            case AnnounceHandover:
                _handsOver = true;
                break;
            case ReleaseReceived given:
                // What was refused is its sender's to write again, and what waits behind a source is yet to be written.
                if (!_ended && !_gate.IsClosed && _writes is not { IsActive: true })
                {
                    OnGivenBack(given.Received);
                }

                break;
            case Claim claim:
                HandTo(claim);
                break;
            default:
                _closeAccepted |= command is Close;
                _finished |= command is Close or CloseWrite;
                OnCommand(command);
                break;
        }
    }

    private void ResumeBelow()
    {
        if (!_suspends && !_ownerSuspends)
        {
            Lower.Tell(Akka.Reactor.ResumeReading.Instance, Self);
        }
    }
}
