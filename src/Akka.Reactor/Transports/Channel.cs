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
/// The selector's half of a connection: a plain object on the loop, which owns the descriptor, the outbound queue, the read credit
/// and the close. Its owner, an actor, receives events from it and sends it commands through <see cref="Ref"/>.
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

    // The former owners from which the connection was claimed without a hand-over. Null if there is none.
    private List<IActorRef>? _claimedFrom;
    private bool _layered;
    private int _endLogged;

    /// <param name="selector">The selector that serves the channel from now on.</param>
    /// <param name="descriptor">A connected, non-blocking socket; the channel owns it.</param>
    /// <param name="connected">The event that owners receive; the channel fills in the transport.</param>
    /// <param name="parent">The path under which the channel's ref appears.</param>
    /// <param name="provider">The provider of the actor system.</param>
    /// <param name="released">Called once, on the loop, when the descriptor is closed.</param>
    /// <param name="logEnd">
    /// Logs the end, so that the protocol need not log it. Called once, on any thread. If null, nobody logs the end.
    /// </param>
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

    /// <summary>The address at which actors reach the channel. Can be read on any thread.</summary>
    internal TransportRef Ref { get; }

    /// <summary>The event that owners receive. Can be read on any thread.</summary>
    internal Connected Connected { get; }

    // A copy from Connected. A message needs nothing else of Connected, which with a thousand connections is not in the processor's
    // cache.
    private ConnectionOptions Options { get; }

    private EndPoint Remote => Connected.Remote;

    /// <summary>Starts the channel: sends the owner Connected and starts reading.</summary>
    /// <param name="owner">The first owner.</param>
    /// <param name="met">The error that was already taken from the socket, or a success if there was none.</param>
    internal void Start(IActorRef owner, in IoResult met = default)
    {
        _met = met;
        ArmAll();
        Own(owner, handover: false);
        if (_close.Ended)
        {
            // The owner had already stopped, and the watch reported that immediately.
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

    /// <summary>Handles a command that was sent to <see cref="Ref"/>. An exception fails this channel, never the sender.</summary>
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
                    FailIfNothingIsReadAnyMore();
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

    /// <summary>True if the listener logs the end of the connection.</summary>
    internal bool LogsEnd => _logEnd is not null;

    /// <summary>
    /// Logs the end as the top of the connection's stack reports it, unless the end is already logged. Can be called on any thread.
    /// </summary>
    internal void LogEnd(Closed closed)
    {
        if (Interlocked.Exchange(ref _endLogged, 1) == 0)
        {
            _logEnd?.Invoke(this, closed);
        }
    }

    /// <summary>
    /// Notes that a log line has already reported the end of this connection and its reason. Can be called on any thread.
    /// </summary>
    internal void EndIsLogged() => Volatile.Write(ref _endLogged, 1);

    /// <inheritdoc cref="Outbox.Cost"/>
    internal long Waiting => _outbox.Cost;

    /// <inheritdoc cref="RefusalGate.Resume"/>
    internal WritingResumed? TryResumeWriting(bool heardAll) => _outbox.Resume(heardAll);

    /// <summary>
    /// Handles a stop of the owner: if it did not send <see cref="Close"/> before, nobody is left to finish the connection, which
    /// is aborted.
    /// </summary>
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

        // If the connection ends now, closing the descriptor sends the FIN.
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

        // The suspension was a wish of the old owner.
        _suspended = false;
        UpdateInterest();
        IActorRef old = _owner;
        if (old is IInternalActorRef watched)
        {
            watched.SendSystemMessage(new Unwatch(watched, Ref));
        }

        // If the new owner is a layer, the topmost layer knows how the connection ends.
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

        // In a hand-over the old owner still answers a Writable that it has received. Otherwise nobody answers it.
        if (!handover && _outbox.ChangeOwner() is { } writable)
        {
            Tell(writable);
        }
    }

    private void Own(IActorRef owner, bool handover)
    {
        _owner = owner;
        Tell(handover ? Connected with { Handover = true } : Connected);
        if (_deadOf != SocketFault.None && Ref.OwnerReadsToEnd)
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

        // The kernel reports acknowledgements only until the descriptor is closed.
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
