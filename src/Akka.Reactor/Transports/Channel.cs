using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Transports;

/// <summary>
/// The selector's half of a connection: a plain object on the loop that owns the descriptor, the outbound queue, the
/// read credit and the close. Its owner, an actor, is told what happens, and commands it through <see cref="Ref"/>.
/// </summary>
internal sealed partial class Channel : Selectable, IFlushable, ISourceOpener
{
    private readonly Action<Channel, Closed>? _released;
    private readonly Action<Channel, Closed>? _logEnd;
    private IActorRef _owner = ActorRefs.Nobody;
    private CloseMachine _close;
    private CloseReason _endReason = CloseReason.Requested;
    private ReactorException? _endException;
    private bool _handsOver;

    // Those from whom the connection was claimed without a hand-over. Null: nobody.
    private List<IActorRef>? _claimedFrom;
    private bool _layered;
    private int _endLogged;

    /// <param name="selector">Serves it from now on.</param>
    /// <param name="descriptor">A connected, non-blocking socket; the channel owns it.</param>
    /// <param name="connected">What owners are told; its transport is filled in by the channel.</param>
    /// <param name="parent">The path its ref appears under.</param>
    /// <param name="provider">The system's.</param>
    /// <param name="released">Called once, on the loop, when the descriptor is closed.</param>
    /// <param name="logEnd">Logs the end, so that the protocol need not; called once, on any thread. Null: nobody does.</param>
    internal Channel(
        Selector selector,
        nint descriptor,
        Connected connected,
        ActorPath parent,
        IActorRefProvider provider,
        Action<Channel, Closed>? released,
        Action<Channel, Closed>? logEnd = null
    )
        : base(selector, descriptor, SocketKind.Stream)
    {
        Options = connected.Options;
        _outbox = new Outbox(Options, this);
        _released = released;
        _logEnd = logEnd;
        _idle = new ChannelDeadline(this);
        Ref = new TransportRef(this, selector.Loop, parent, provider);
        Connected = connected with
        {
            Transport = Ref,
            Loop = selector.Loop,
            Dispatcher = selector.DispatcherId,
            Base = Ref,
            TellsDelivery = (selector.Sockets.Features & SocketFeatures.Acknowledgements) != 0,
        };
    }

    /// <summary>How actors reach it. Any thread.</summary>
    internal TransportRef Ref { get; }

    /// <summary>What its owners are told. Any thread.</summary>
    internal Connected Connected { get; }

    // Held here as well: nothing else of Connected is needed for a message, and of a thousand connections it is not in the cache.
    private ConnectionOptions Options { get; }

    private EndPoint Remote => Connected.Remote;

    /// <summary>Begins: the owner is told, and reading starts.</summary>
    /// <param name="owner">The first.</param>
    /// <param name="met">The error that was taken from the socket already; succeeded: none.</param>
    internal void Start(IActorRef owner, in IoResult met = default)
    {
        _met = met;
        ArmAll();
        Own(owner, handover: false);
        if (_close.Ended)
        {
            // The owner was gone already, and the watch said so at once.
            return;
        }

        try
        {
            Selector.Add(this);
            UpdateInterest();
        }
        catch (Exception fault)
        {
            OnFault(fault);
        }
    }

    /// <summary>A command told to <see cref="Ref"/>. Whatever it throws fails this channel, never the teller.</summary>
    internal void Handle(object message, IActorRef? sender)
    {
        try
        {
            switch (message)
            {
                case IWriteCommand write:
                    Accept(write, sender);
                    break;
                case Consumed consumed:
                    _unconsumed = Math.Clamp(_unconsumed - consumed.Bytes, 0, _unconsumed);
                    UpdateInterest();
                    break;
                case SuspendReading:
                    _suspended = true;
                    UpdateInterest();
                    break;
                case ResumeReading:
                    _suspended = false;
                    UpdateInterest();
                    break;
                case CloseWrite:
                    Perform(_close.CloseWrite(_outbox.IsEmpty));
                    break;
                case Close close:
                    Perform(_close.Close(_outbox.IsEmpty, close.ThenReset));
                    FailIfNothingIsReadAnyMore();
                    UpdateInterest();
                    break;
                case Abort:
                    End(CloseReason.Aborted, null, reset: true);
                    break;
                case ResumeWriting:
                    if (TryResumeWriting(heardAll: true) is { } resumed)
                    {
                        Tell(resumed);
                    }

                    break;
                case AnnounceHandover:
                    _handsOver = true;
                    break;
                case Claim claim:
                    HandTo(claim);
                    break;
            }
        }
        catch (Exception fault)
        {
            OnFault(fault);
        }
    }

    /// <summary>Whether the listener logs the end.</summary>
    internal bool LogsEnd => _logEnd is not null;

    /// <summary>Logs the end as it is at the top of the connection's stack, unless it is logged already. Any thread.</summary>
    internal void LogEnd(Closed closed)
    {
        if (Interlocked.Exchange(ref _endLogged, 1) == 0)
        {
            _logEnd?.Invoke(this, closed);
        }
    }

    /// <summary>A line about this connection has said already that it ends, and why. Any thread.</summary>
    internal void EndIsLogged() => Volatile.Write(ref _endLogged, 1);

    /// <inheritdoc cref="Outbox.Cost"/>
    internal long Waiting => _outbox.Cost;

    /// <inheritdoc cref="RefusalGate.Resume"/>
    internal WritingResumed? TryResumeWriting(bool heardAll) => _outbox.Resume(heardAll);

    /// <summary>The owner stopped: without a <see cref="Close"/> before, nobody is left to finish the connection.</summary>
    internal void OwnerTerminated(IActorRef owner)
    {
        if (!owner.Is(_owner))
        {
            return;
        }

        _owner = ActorRefs.Nobody;
        if (!_close.CloseRequested)
        {
            End(CloseReason.Aborted, null, reset: true);
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        if ((_blocked || _sending) && (readiness & (Readiness.Writable | Readiness.Fault)) != 0)
        {
            _blocked = false;
            _sending = false;
            Flush();
        }

        if ((readiness & Readiness.Readable) != 0 && WantsToRead)
        {
            Receive();
        }
        else if ((readiness & Readiness.Fault) != 0 && !_close.Ended)
        {
            ReceiveFault();
        }
    }

    internal override void OnFault(Exception cause) =>
        End(
            CloseReason.Failed,
            cause as ReactorException ?? new SocketFailureException(Remote, 0, cause.Message),
            reset: true
        );

    private void Perform(CloseActions actions)
    {
        if ((actions & CloseActions.TellPeerFinished) != 0)
        {
            Tell(PeerFinished.Instance);
        }

        // At the end closing says it.
        if ((actions & (CloseActions.SendFin | CloseActions.End)) == CloseActions.SendFin)
        {
            Selector.Sockets.ShutdownWrite(Descriptor);
        }

        if ((actions & CloseActions.Linger) != 0)
        {
            ArmLinger();
        }

        if ((actions & CloseActions.ResetWhenDelivered) != 0)
        {
            ResetWhenDelivered();
        }

        if ((actions & CloseActions.End) != 0)
        {
            End(_close.CloseRequested ? CloseReason.Requested : CloseReason.PeerFinished, null, reset: false);
        }
    }

    private void HandTo(Claim claim)
    {
        if (claim.Owner.Is(_owner))
        {
            return;
        }

        if (_close.Ended)
        {
            claim.Owner.Tell(new Closed(_endReason, _endException), Ref);
            return;
        }

        // That was the old owner's wish.
        _suspended = false;
        UpdateInterest();
        IActorRef old = _owner;
        if (old is IInternalActorRef watched)
        {
            watched.SendSystemMessage(new Unwatch(watched, Ref));
        }

        // With a layer as its owner, the topmost layer knows how the connection ends.
        _layered = claim.Above is not null;
        bool handover = _handsOver;
        _handsOver = false;
        Ref.OwnerPaces &= handover || claim.Above is not null;
        Ref.OwnerReadsToEnd &= handover || claim.Above is not null;
        Own(claim.Owner, handover);
        old.Tell(new OwnerChanged(claim.Owner), Ref);
        if (!handover)
        {
            (_claimedFrom ??= []).Add(old);
        }

        // Whoever hands over still answers for what it was told.
        if (!handover && _outbox.ChangeOwner() is { } writable)
        {
            Tell(writable);
        }
    }

    private void Own(IActorRef owner, bool handover)
    {
        _owner = owner;
        Tell(handover ? Connected with { Handover = true } : Connected);
        if (_deadOf != SocketFault.None)
        {
            Tell(NothingIsSent.Instance);
        }

        if (owner is IInternalActorRef watched)
        {
            watched.SendSystemMessage(new Watch(watched, Ref));
        }
    }

    private void End(CloseReason reason, ReactorException? exception, bool reset)
    {
        if (!_close.End())
        {
            return;
        }

        _endReason = reason;
        _endException = exception;
        DisarmAll();

        // While the kernel can still say.
        ReportDelivered();
        Selector.Remove(this);
        if (reset)
        {
            Selector.Sockets.Reset(Descriptor);
        }
        else
        {
            Selector.Sockets.Close(Descriptor);
        }

        Closed closed = new(reason, exception) { Undelivered = AnswerTheRest(), Logged = LogsEnd };
        if (_owner is IInternalActorRef watched)
        {
            watched.SendSystemMessage(new Unwatch(watched, Ref));
        }

        Tell(closed);
        _claimedFrom?.ForEach(old => old.Tell(ClaimedConnectionOver.Instance, Ref));
        Ref.Terminate();
        if (!_layered)
        {
            LogEnd(closed);
        }

        _released?.Invoke(this, closed);
    }

    private void Tell(object message) => _owner.Tell(message, Ref);

    private void Answer(IActorRef? sender, object message) =>
        (sender is null || sender.IsNobody() ? _owner : sender).Tell(message, Ref);
}
