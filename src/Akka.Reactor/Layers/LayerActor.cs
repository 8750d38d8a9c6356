using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Layers;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// The base of a layer: an actor that owns the transport below it and is the transport of the actor above it. Without overrides
/// it passes everything through. A layer overrides the members whose behavior it changes.
/// </summary>
/// <remarks>
/// A layer is a child of the actor that creates it, stops with that actor, and never restarts: a crash aborts this connection
/// and no other. All members run inside the layer's own message processing. Acknowledgements of writes that are passed down go
/// directly to the sender of the write.
/// </remarks>
public abstract partial class LayerActor : UntypedActor, IPendingCommands
{
    private readonly LayerMailbox _mailbox;
    private readonly LayerWrites _writes;
    private TransportCore _core; // Mutable structs must not be readonly.
    private IncomingSwap _incoming;
    private ILoggingAdapter? _log;
    private IPendingCommands? _above;
    private Connected? _connection;
    private bool _ownerExpectsHandover;
    private bool _established;
    private bool _closeAccepted;

    // True after a CloseWrite or Close from above: later writes fail.
    private bool _finished;

    // The end that the owner has received.
    private Closed? _end;

    // These tell whether the owner and whether this layer have suspended reading. The owner's suspension takes effect when the
    // layer is established, because the layer has to receive until then.
    private bool _ownerSuspends;
    private bool _suspends;

    /// <summary>
    /// Creates a layer on <paramref name="lower"/>, the transport whose owner it becomes: by the claim of the protocol that puts it in, or,
    /// if a plain actor has created it, when it starts.
    /// </summary>
    protected LayerActor(IActorRef lower)
    {
        Lower = lower;
        _mailbox = new LayerMailbox((ActorCell)Context);
        _writes = new LayerWrites(this, Self);
        _core = new TransportCore(Context.Parent);
    }

    /// <summary>The transport below.</summary>
    protected IActorRef Lower { get; }

    /// <summary>The connection, as the transport below has reported it.</summary>
    /// <exception cref="InvalidOperationException">The transport below has not answered the claim yet.</exception>
    protected Connected Connection =>
        _connection ?? throw new InvalidOperationException("There is no connection before OnLowerConnected.");

    /// <summary>True once the transport below has answered the claim.</summary>
    protected bool HasConnection => _connection is not null;

    /// <summary>The logger of this actor; its entries carry the actor's path.</summary>
    protected ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>True after the owner has received <see cref="Closed"/>. Nothing may be sent to the owner after that.</summary>
    protected bool Ended => _end is not null;

    /// <summary>The owner of this layer, and the rules by which writes are accepted.</summary>
    internal ref TransportCore Core => ref _core;

    /// <summary>The writes that wait.</summary>
    internal LayerWrites Writes => _writes;

    /// <summary>True while more messages wait in the layer's mailbox.</summary>
    private protected bool HasMessages => _mailbox.HasMessages;

    /// <summary>True once no more writes are accepted.</summary>
    internal bool IsClosedToWrites => Ended || _finished;

    /// <summary>
    /// The cost (<see cref="WriteCost"/>) of the accepted writes that the layer itself keeps; null if it passes writes on and keeps none.
    /// </summary>
    internal virtual long? CostOfKept => null;

    /// <summary>Called when the transport below has accepted the claim. By default the layer is established immediately.</summary>
    protected virtual void OnLowerConnected() => Established();

    /// <summary>Handles bytes from below. By default the owner receives them as <see cref="Received"/>.</summary>
    protected virtual void OnReceived(ReadOnlySequence<byte> data) => TellOwner(new Received(data));

    /// <summary>
    /// Handles the peer's FIN, which the transport below reports. By default the owner receives <see cref="PeerFinished"/>.
    /// </summary>
    protected virtual void OnPeerFinished() => TellOwner(PeerFinished.Instance);

    /// <summary>Handles the end of the transport below. By default this layer ends too.</summary>
    protected virtual void OnLowerClosed(Closed closed)
    {
        ArgumentNullException.ThrowIfNull(closed);
        End(closed);
    }

    /// <summary>
    /// Handles a write from above. <paramref name="sender"/> is the actor to answer: the sender of the write, or the owner if
    /// the write had no sender. A <see cref="WriteFile"/> or <see cref="WriteFrom"/> arrives in pieces, and each piece is a
    /// write of this layer's own. A layer that changes the bytes passes on <c>write with { Data = ... }</c>.
    /// </summary>
    protected virtual void OnWrite(Write write, IActorRef sender) => Lower.Tell(write, sender);

    /// <summary>
    /// Handles any other command from above. The base class handles <see cref="Claim"/>,
    /// <see cref="Akka.Reactor.SuspendReading"/> and <see cref="Akka.Reactor.ResumeReading"/> itself.
    /// </summary>
    protected virtual void OnCommand(ITransportCommand command) => Lower.Tell(command, Self);

    /// <summary>
    /// Returns whether bytes that were already on their way when this layer was inserted under
    /// <see cref="UnreadPolicy.Reject"/> can be the peer's answer to the change of layers, and not bytes that the peer sent
    /// ahead of it. By default false.
    /// </summary>
    protected virtual bool AcceptsEarly(ReadOnlySequence<byte> data) => false;

    /// <summary>
    /// The TLS information that the owner receives as <see cref="Connected.Tls"/>. By default it is that of the transport
    /// below. A layer that leads from the peer below to a different peer, as a proxy layer does, returns null: TLS below such a
    /// layer is not TLS with the peer that the owner talks to.
    /// </summary>
    protected virtual TlsInfo? TlsAbove => Connection.Tls;

    /// <summary>
    /// The connection, as the owner receives it in <see cref="Connected"/>, apart from what concerns the layer itself: its transport
    /// and <see cref="TlsAbove"/>. By default it is that of the transport below.
    /// </summary>
    private protected virtual Connected ConnectionAbove => Connection;

    /// <summary>Whether the peer can recognize a <see cref="Fail"/> by the bytes that this layer sends or omits.</summary>
    private protected virtual bool TellsPeerOfFailures => false;

    /// <summary>
    /// True if nobody keeps bytes that this layer has received from below: neither this layer nor an actor to which it passed
    /// them.
    /// </summary>
    private protected virtual bool HasReadAll => false;

    /// <summary>
    /// Called when the owner has read all bytes of one <see cref="Received"/>. Nobody keeps any of these bytes, except possibly
    /// this layer, if it was asked to write them.
    /// </summary>
    private protected virtual void OnGivenBack(in ReadOnlySequence<byte> received) { }

    /// <summary>Handles any other message, such as acknowledgements of this layer's own writes and deadlines.</summary>
    protected virtual void OnMessage(object message) => Unhandled(message);

    /// <summary>Returns whether a <see cref="Close"/> or <see cref="CloseWrite"/> has to wait behind writes that wait.</summary>
    private protected virtual bool MustWait(ITransportCommand end) => _writes.MustWait;

    /// <summary>Makes sure, after a refusal, that <see cref="LayerWrites.AcceptAgain"/> is called when there is room.</summary>
    internal virtual void AwaitRoom() => _writes.AwaitRoom();

    /// <summary>
    /// Called when the kernel has all bytes of a write of this layer's own. The writes that it completes are answered already.
    /// </summary>
    internal virtual void OnTaken(LayerWrite write) { }

    /// <summary>
    /// Removes and returns the accepted writes that the layer itself keeps and that have no answer yet, so that the caller can answer
    /// them.
    /// </summary>
    private protected virtual IReadOnlyList<PendingWrite> AbandonKept() => [];

    /// <summary>Passes on the accepted writes that wait only for further writes.</summary>
    private protected virtual void PassOnGathered() { }

    /// <summary>Declares the layer ready: the owner receives <see cref="Connected"/>, with this layer as its transport.</summary>
    protected void Established()
    {
        _established = true;
        if (!Ended)
        {
            TellConnected();
        }

        if (_ownerSuspends)
        {
            Lower.Tell(Akka.Reactor.SuspendReading.Instance, Self);
        }
    }

    /// <summary>Suspends reading from below until <see cref="ResumeReading"/>, even if the owner wants to read.</summary>
    protected void SuspendReading()
    {
        _suspends = true;
        Lower.Tell(Akka.Reactor.SuspendReading.Instance, Self);
    }

    /// <summary>Ends <see cref="SuspendReading"/>. Reading continues unless the owner has suspended it.</summary>
    protected void ResumeReading()
    {
        _suspends = false;
        ResumeBelow();
    }

    /// <summary>Sends the event to the owner, unless the owner has already received <see cref="Closed"/>.</summary>
    protected void TellOwner(ITransportEvent transportEvent) => TellAbove(transportEvent);

    /// <inheritdoc cref="TellOwner"/>
    internal void TellAbove(ITransportEvent transportEvent)
    {
        if (!Ended)
        {
            _core.Owner.Tell(transportEvent, Self);
        }
    }

    /// <summary>
    /// Creates a timer that sends this actor the given message, which arrives in <see cref="OnMessage"/>. Stop the timer when
    /// the layer ends.
    /// </summary>
    protected ConnectionTimer CreateTimer(object message) => new(Connection.Loop, Self, message);

    /// <summary>Answers a write: sends the answer to the sender of the write, or to the owner if the write had no sender.</summary>
    protected void Answer(IActorRef sender, object answer) => _core.Answered(sender).Tell(answer, Self);

    /// <summary>
    /// Fails the connection. Writes that were accepted earlier are still delivered below (an alert, for example), and the owner
    /// receives <see cref="Closed"/>. If a file or a producer is only partly sent, the connection is reset instead, unless this
    /// layer's protocol lets the peer recognize the failure: the peer must not take the part that it received for the whole.
    /// </summary>
    protected void Fail(CloseReason reason, ReactorException exception)
    {
        bool cutsOff = _writes.HasSource && !TellsPeerOfFailures;
        Lower.Tell(cutsOff ? Abort.Instance : Close.Instance, Self);
        End(new Closed(reason, exception));
    }

    /// <summary>Counts writes that this layer has refused. Before it has a connection, nobody writes.</summary>
    internal void CountRefused(int writes) => _connection?.Base?.Metrics.Refused(writes);

    /// <summary>The end of the layer; null if it has not ended.</summary>
    private protected Closed? TheEnd => _end;

    /// <summary>Passes on a write that is accepted, and whose turn has come.</summary>
    internal void Pass(Write write, IActorRef sender) => OnWrite(write, sender);

    /// <summary>Passes on a <see cref="Close"/> or <see cref="CloseWrite"/> that has waited behind writes.</summary>
    internal void EndWriting(ITransportCommand end) => Command(end, Self);

    /// <summary>Resets the connection because the source of a write has failed, and its peer could take the part for the whole.</summary>
    internal void FailBySource(WriteSourceException failure)
    {
        Lower.Tell(Abort.Instance, Self);
        End(new Closed(CloseReason.Failed, failure));
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
            // The exception does not go to the supervisor: whatever its strategy is, a layer has its place in two byte streams
            // and cannot start over. The layer also must not stop before the actor that created it: writes may still be on
            // their way to this layer through the layers above, and this layer has to answer them.
            Log.Error(fault, "{0}: the layer crashed", _connection?.Remote);
            Crash(fault);
        }
    }

    /// <inheritdoc/>
    public sealed override void AroundPreStart()
    {
        // A transport that has already ended answers with its end. A layer that has stopped does not answer, so it is
        // watched.
        if (Lower is not TransportRef)
        {
            Context.Watch(Lower);
        }

        Lower.Tell(new LayerStarted(Self, this), Self);
        base.AroundPreStart();
    }

    private void Handle(object message, IActorRef sender)
    {
        switch (message)
        {
            case ITransportCommand command:
                Command(command, sender);
                break;
            case Received received when sender.Is(Lower):
                if (!Ended)
                {
                    OnReceived(received.Data);
                    if (HasReadAll && Lower is TransportRef transport)
                    {
                        transport.Release(received.Data, written: false);
                    }
                }

                break;
            case PeerFinished when sender.Is(Lower):
                if (!Ended)
                {
                    OnPeerFinished();
                }

                break;
            case Closed closed when sender.Is(Lower):
                if (!Ended)
                {
                    OnLowerClosed(closed);
                }

                break;
            case Connected connected when sender.Is(Lower):
                Begin(connected);
                break;
            case HandedOver handedOver:
                CompleteIncoming(handedOver);
                break;
            case Terminated terminated when terminated.ActorRef.Is(Lower):
                // The layer below reports its end itself before it terminates, unless it had already stopped when this layer
                // claimed it.
                if (!Ended && !_incoming.Holds)
                {
                    OnLowerClosed(new Closed(CloseReason.Aborted));
                }

                break;
            case WritingResumed or Writable { Origin: null } when sender.Is(Lower):
                _writes.BelowIsWritable((ITransportEvent)message);
                break;
            case WriteQueueEmpty when sender.Is(Lower) && _writes.OwesQueueEmpty():
                break;
            case Secured when !_established && sender.Is(Lower):
                // This TLS is with the peer that this layer itself still talks to. The owner may later talk to a different
                // peer.
                break;
            case TlsStopped stopped when sender.Is(Lower):
                _connection = Connection with { Tls = stopped.Below };
                TellOwner(new TlsStopped { Below = TlsAbove });
                break;
            case ITransportEvent transportEvent and not (WriteFailed or DeliveryUnknown) when sender.Is(Lower):
                TellOwner(transportEvent);
                break;
            default:
                if (!_writes.TryHandle(message))
                {
                    OnMessage(message);
                }

                break;
        }
    }

    private void Command(ITransportCommand command, IActorRef sender)
    {
        switch (command)
        {
            case IWriteCommand write:
                _writes.Accept(write, sender);
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
                if (_core.Resume(heardAll: true) is { } resumed)
                {
                    TellOwner(resumed);
                }

                break;
            case ResumeWriting:
                Lower.Tell(command, Self);
                break;
            case Close or CloseWrite when MustWait(command):
                _finished = true;
                _writes.EndAfter(command);
                break;
            case AnnounceHandover:
                _core.AnnounceHandover();
                break;
            case ReleaseReceived given:
                // The memory is still needed if a write was refused, because its sender writes it again, or if writes wait
                // behind a source.
                if (!Ended && !_core.Refuses && !_writes.MustWait)
                {
                    OnGivenBack(given.Received);
                }

                break;
            case Claim claim:
                HandTo(claim);
                break;
            case DescribeOwner description:
                if (_core.Describe(description))
                {
                    Lower.Tell(new DescribeOwner(Self, _core.Traits), Self);
                }

                break;
            case LayerStarted started:
                HandTo(started.Claim());
                _above = started.Commands;
                break;
            default:
                _closeAccepted |= command is Close;
                _finished |= command is Close or CloseWrite;
                OnCommand(command);
                break;
        }
    }

    private void Begin(Connected connected)
    {
        _connection = connected;
        _core.Connect(connected.Options.WriteQueueLimit, connected.TellsDelivery);
        _writes.Begin(connected.Loop);
        if (connected.Handover)
        {
            _incoming.Begin();
        }

        OnLowerConnected();
    }

    private void HandTo(Claim claim)
    {
        OwnerTraits traits = _core.Traits;
        OwnerChange? changed = _core.Claim(claim);
        if (_core.Traits != traits)
        {
            Lower.Tell(new DescribeOwner(Self, _core.Traits), Self);
        }

        if (changed is not { } change)
        {
            return;
        }

        _above = null;
        _ownerExpectsHandover = change.IsHandover;
        if (_ownerSuspends)
        {
            // The suspension came from the old owner and does not bind the new one.
            _ownerSuspends = false;
            ResumeBelow();
        }

        if (_established)
        {
            TellConnected();
        }

        change.Old.Tell(new OwnerChanged(claim.Owner), Self);
        if (change.Writable is not null)
        {
            TellOwner(change.Writable);
        }

        if (_end is not null)
        {
            claim.Owner.Tell(_end, Self);
        }
    }

    private void TellConnected() =>
        _core.Owner.Tell(
            ConnectionAbove with
            {
                Transport = Self,
                Layers = [],
                Handover = _ownerExpectsHandover,
                Tls = TlsAbove,
            },
            Self
        );

    private void CompleteIncoming(HandedOver handedOver)
    {
        Queue<object> replay = _incoming.Complete();
        ReactorException? refusal = handedOver.Refusal ?? handedOver.SentAhead("layers");
        if (refusal is not null && (handedOver.Refusal is not null || !AcceptsEarly(handedOver.Unread)))
        {
            Fail(CloseReason.ProtocolViolation, refusal);
            return;
        }

        if (!handedOver.Unread.IsEmpty && !Ended)
        {
            OnReceived(handedOver.Unread);
        }

        if (handedOver.PeerFinished && !Ended)
        {
            OnPeerFinished();
        }

        while (replay.TryDequeue(out object? held))
        {
            Handle(held, Lower);
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
