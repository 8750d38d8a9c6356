using System;
using System.Net;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Transports;

/// <summary>
/// The selector's half of a connection: a plain object on the loop, which owns the descriptor, the outbound queue, the read credit
/// and the close. Its owner, an actor, receives events from it and sends it commands through <see cref="Ref"/>.
/// </summary>
internal sealed class Channel : Selectable
{
    // A connection that holds less than this number of bytes, except for fixed memory, is read also above the limit for memory.
    private const long LightWeight = 6 * 1024;

    private readonly Action<Channel, Closed>? _released;
    private EndReport _report; // Mutable structs must not be readonly.
    private TransportCore _core = new(ActorRefs.Nobody); // Mutable structs must not be readonly.
    private ChannelInbound _inbound;
    private CloseMachine _close;
    private CloseReason _endReason = CloseReason.Requested;
    private ReactorException? _endException;
    private long _counted;
    private long _queued;
    private long _reported;
    private long _fixed;
    private IPendingCommands? _above;

    /// <param name="selector">The selector that serves the channel from now on.</param>
    /// <param name="descriptor">A connected, non-blocking socket; the channel owns it.</param>
    /// <param name="connected">The event that owners receive; the channel fills in the transport.</param>
    /// <param name="parent">The path under which the channel's ref appears.</param>
    /// <param name="provider">The provider of the actor system.</param>
    /// <param name="metrics">The metrics to which the connection belongs.</param>
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
        ConnectionMetrics metrics,
        Action<Channel, Closed>? released,
        Action<Channel, Closed>? logEnd = null
    )
        : base(selector, descriptor, SocketKind.Stream)
    {
        Options = connected.Options;
        Outbound = new ChannelOutbound(this);
        Timeouts = new ChannelTimeouts(this);
        _released = released;
        _report = new EndReport(metrics, selector.Loop.Now, logEnd);
        Ref = new TransportRef(this, selector.Loop, parent, provider);
        Connected = connected with
        {
            Transport = Ref,
            Loop = selector.Loop,
            Dispatcher = selector.DispatcherId,
            Base = Ref,
            TellsDelivery = (selector.Sockets.Features & SocketFeatures.Acknowledgements) != 0,
        };
        _core.Connect(Options.WriteQueueLimit, Connected.TellsDelivery);
    }

    /// <summary>The address at which actors reach the channel. Can be read on any thread.</summary>
    internal TransportRef Ref { get; }

    /// <summary>The event that owners receive. Can be read on any thread.</summary>
    internal Connected Connected { get; }

    /// <summary>The inbound half.</summary>
    internal ref ChannelInbound Inbound => ref _inbound;

    internal ChannelOutbound Outbound { get; }

    internal ChannelTimeouts Timeouts { get; }

    // A copy from Connected. A message needs nothing else of Connected, which with a thousand connections is not in the processor's
    // cache.
    internal ConnectionOptions Options { get; }

    /// <summary>
    /// The peer for logs and failures: the client whose connection the real peer (<see cref="Connected"/>) passes on, if it says so.
    /// </summary>
    internal EndPoint Remote => Client ?? Connected.Remote;

    /// <summary>The client for which the real peer stands; null if there is none, or none that is known. Set on the loop.</summary>
    internal EndPoint? Client { get; set; }

    /// <summary>The owner, and the rules by which writes are accepted.</summary>
    internal ref TransportCore Core => ref _core;

    /// <summary>The state of the close.</summary>
    internal ref CloseMachine Ending => ref _close;

    /// <summary>The time of the last activity, on the clock for peers' deadlines.</summary>
    internal long LastActivity { get; set; }

    /// <summary>The reason why no write is accepted any more.</summary>
    internal TransportClosedException WhyClosed =>
        new(_close.Ended || !Inbound.IsDead ? _endReason : CloseReason.Reset, _endException);

    /// <summary>Starts the channel: sends the owner Connected and starts reading.</summary>
    /// <param name="owner">The first owner.</param>
    /// <param name="met">The error that was already taken from the socket, or a success if there was none.</param>
    internal void Start(IActorRef owner, in IoResult met = default)
    {
        Metrics.Opened();
        Inbound.Begin(met);
        Timeouts.Begin();
        Own(owner, Connected);
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
                    Outbound.Accept(_core.Pending(write, sender));
                    break;
                case Consumed consumed:
                    Consume(consumed.Bytes);
                    break;
                case SuspendReading:
                    Inbound.Suspend(this);
                    UpdateInterest();
                    break;
                case ResumeReading:
                    Inbound.Resume();
                    UpdateInterest();
                    break;
                case CloseWrite:
                    Perform(_close.CloseWrite(Outbound.IsEmpty));
                    break;
                case Close close:
                    Perform(_close.Close(Outbound.IsEmpty, close.ThenReset));
                    Inbound.FailIfNothingIsReadAnyMore(this);
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
                    _core.AnnounceHandover();
                    break;
                case Claim claim:
                    HandTo(claim);
                    break;
                case MemoryHeld held:
                    _reported = Math.Max(0, _reported + held.Bytes);
                    _fixed += held.IsFixed ? held.Bytes : 0;
                    CountMemory();
                    break;
                case DescribeOwner description:
                    if (_core.Describe(description) && Inbound.IsDead)
                    {
                        Tell(NothingIsSent.Instance);
                    }

                    break;
                case LayerStarted started:
                    HandTo(started.Claim());
                    _above = started.Commands;
                    break;
            }
        }
        catch (Exception fault)
        {
            OnFault(fault);
        }
    }

    /// <summary>Gives the peer credit for bytes that the owner has consumed.</summary>
    internal void Consume(long bytes)
    {
        try
        {
            Inbound.Consume(this, bytes);
            UpdateInterest();
        }
        catch (Exception fault)
        {
            OnFault(fault);
        }
    }

    /// <summary>True if the listener logs the end of the connection.</summary>
    internal bool LogsEnd => _report.Logs;

    /// <summary>
    /// Logs and measures the end as the top of the connection's stack reports it. Only the first report counts. Can be called on any
    /// thread.
    /// </summary>
    /// <param name="closed">The end.</param>
    /// <param name="tls">The result of the TLS handshake with the peer; null if there was none.</param>
    internal void ReportEnd(Closed closed, TlsInfo? tls) => _report.Make(this, closed, tls);

    /// <summary>
    /// Notes why the protocol ends this connection. A log line has already reported that. Can be called on any thread.
    /// </summary>
    internal void EndIsLogged(ReactorException cause) => _report.Know(cause);

    /// <summary>The metrics to which the connection belongs. Can be used on any thread.</summary>
    internal ConnectionMetrics Metrics => _report.Metrics;

    /// <inheritdoc cref="RefusalGate.Resume"/>
    internal WritingResumed? TryResumeWriting(bool heardAll) => _core.Resume(heardAll);

    /// <summary>
    /// Handles a stop of the owner: if it did not send <see cref="Close"/> before, nobody is left to finish the connection, which
    /// is aborted.
    /// </summary>
    internal void OwnerTerminated(IActorRef owner)
    {
        if (!owner.Is(_core.Owner))
        {
            return;
        }

        _core.Own(ActorRefs.Nobody);
        if (!_close.CloseRequested)
        {
            End(CloseReason.Aborted, null, reset: true);
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        if ((readiness & (Readiness.Writable | Readiness.Fault)) != 0)
        {
            Outbound.OnWritable();
        }

        if ((readiness & Readiness.Readable) != 0 && Inbound.Wants(this))
        {
            Inbound.Receive(this);
        }
        else if ((readiness & (Readiness.Readable | Readiness.Fault)) == Readiness.Readable)
        {
            // Reading has been paused without a word to the engine.
            UpdateInterest();
        }
        else if ((readiness & Readiness.Fault) != 0 && !_close.Ended)
        {
            Inbound.ReceiveFault(this);
        }
    }

    internal override void OnFault(Exception cause) =>
        End(
            CloseReason.Failed,
            cause as ReactorException ?? new SocketFailureException(Remote, 0, cause.Message),
            reset: true
        );

    /// <summary>Tells the engine for which events the channel waits.</summary>
    internal void UpdateInterest()
    {
        if (_close.Ended)
        {
            return;
        }

        Interest interest = Inbound.Wants(this) ? Interest.Read : Interest.None;
        interest |= Outbound.IsBlocked ? Interest.Write : Interest.None;
        if (interest != Interest || Registration is null)
        {
            if ((interest & ~Interest & Interest.Read) != 0)
            {
                // The peer has the whole idle timeout again.
                Touch();
            }

            SetInterest(interest);
        }
    }

    /// <summary>
    /// True while the connection is not read because all connections together hold too much. One that holds next to nothing is read, so
    /// that an honest peer does not notice the others.
    /// </summary>
    internal bool IsPausedForMemory =>
        Selector.Memory.IsExceeded && _counted - _fixed >= LightWeight && !Options.ExemptFromMemoryLimit;

    /// <summary>
    /// The most bytes that may be received now: above the limit for memory only as many as leave the connection light, because there may be
    /// thousands of them.
    /// </summary>
    internal long MayReceive =>
        Selector.Memory.IsExceeded && !Options.ExemptFromMemoryLimit
            ? Math.Max(1, LightWeight - (_counted - _fixed))
            : long.MaxValue;

    internal override long Held => Options.ExemptFromMemoryLimit ? 0 : _counted;

    /// <summary>Counts what this connection holds now.</summary>
    internal void CountMemory()
    {
        long queued = _close.Ended ? 0 : Outbound.Cost;
        if (queued != _queued)
        {
            Selector.Counters.QueuedCost += queued - _queued;
            _queued = queued;
        }

        long holds = _close.Ended ? 0 : Inbound.Unconsumed + queued + _reported;
        if (holds != _counted)
        {
            long change = holds - _counted;
            _counted = holds;
            Selector.Memory.Add(change);
        }
    }

    internal override void Shed(long used, long limit) =>
        End(CloseReason.Shed, new ConnectionShedException(Remote, _counted, used, limit), reset: true);

    internal override void OnMemoryFree() => UpdateInterest();

    /// <summary>Notes that the peer has sent or taken something.</summary>
    internal void Touch() => LastActivity = Selector.Loop.PeerTime;

    /// <summary>Runs work on the loop, in a later pass, unless the connection has ended by then. An exception fails this channel.</summary>
    internal void Later(Action work) =>
        Selector.Loop.Execute(
            new ActionRun(() =>
            {
                try
                {
                    if (!_close.Ended)
                    {
                        work();
                    }
                }
                catch (Exception fault)
                {
                    OnFault(fault);
                }
            })
        );

    /// <summary>Carries out what the close machine asks for.</summary>
    internal void Perform(CloseActions actions)
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
            Timeouts.ArmLinger();
        }

        if ((actions & CloseActions.ResetWhenDelivered) != 0)
        {
            Timeouts.ResetWhenDelivered();
        }

        if ((actions & CloseActions.End) != 0)
        {
            End(_close.CloseRequested ? CloseReason.Requested : CloseReason.PeerFinished, null, reset: false);
        }
    }

    private void HandTo(Claim claim)
    {
        if (_core.Claim(claim) is not { } change)
        {
            return;
        }

        // The suspension was a wish of the old owner. If the new owner is a layer, the topmost layer knows how the connection ends.
        Inbound.Resume();
        _above = null;
        if (!_close.Ended)
        {
            UpdateInterest();
            Unwatch(change.Old);
        }

        // The new owner of a connection that has ended receives its whole end: the bytes that the old owner passes on come before it.
        Own(claim.Owner, change.IsHandover ? Connected with { Handover = true } : Connected);
        change.Old.Tell(new OwnerChanged(claim.Owner), Ref);
        if (change.Writable is not null)
        {
            Tell(change.Writable);
        }

        if (_close.Ended)
        {
            Tell(new Closed(_endReason, _endException) { Logged = LogsEnd });
        }
    }

    private void Own(IActorRef owner, Connected connected)
    {
        _core.Own(owner);
        Tell(connected);
        if (Inbound.IsDead && _core.IsDescribed)
        {
            Tell(NothingIsSent.Instance);
        }

        if (!_close.Ended && owner is IInternalActorRef watched)
        {
            watched.SendSystemMessage(new Watch(watched, Ref));
        }
    }

    private void Unwatch(IActorRef owner)
    {
        if (owner is IInternalActorRef watched)
        {
            watched.SendSystemMessage(new Unwatch(watched, Ref));
        }
    }

    /// <summary>Ends the connection after a fault of its socket.</summary>
    internal void Fail(SocketFault fault, int errno)
    {
        string text = Selector.Sockets.Describe(errno);
        if (_close.Lingers)
        {
            // Everything was delivered to the kernel, including the FIN, and nothing more is wanted of the peer. Many connections
            // end like this, most of all those of TLS clients.
            End(_close.ThenReset ? CloseReason.Aborted : CloseReason.Requested, null, reset: false);
        }
        else if (fault is SocketFault.ConnectionReset or SocketFault.ConnectionAborted or SocketFault.TimedOut)
        {
            End(CloseReason.Reset, new ConnectionResetException(Remote, errno, text), reset: false);
        }
        else
        {
            End(CloseReason.Failed, new SocketFailureException(Remote, errno, text), reset: false);
        }
    }

    /// <summary>Ends the connection, unless it has ended.</summary>
    internal void End(CloseReason reason, ReactorException? exception, bool reset)
    {
        if (!_close.End())
        {
            return;
        }

        _endReason = reason;
        _endException = exception;
        Timeouts.End();

        // The kernel reports acknowledgements only until the descriptor is closed.
        Outbound.ReportDelivered();
        Selector.Remove(this);
        if (reset)
        {
            Selector.Sockets.Reset(Descriptor);
        }
        else
        {
            Selector.Sockets.Close(Descriptor);
        }

        Closed closed = new(reason, exception)
        {
            Undelivered = Outbound.AnswerTheRest(reason, exception),
            Logged = LogsEnd,
        };
        Unwatch(_core.Owner);
        Tell(closed);
        foreach (IActorRef former in _core.Former)
        {
            former.Tell(ClaimedConnectionOver.Instance, Ref);
        }

        Ref.Terminate();
        if (_above is not { HasBegun: true })
        {
            ReportEnd(closed, tls: null);
        }

        CountMemory();
        Metrics.Closed();
        _released?.Invoke(this, closed);
    }

    /// <summary>Sends the owner a message.</summary>
    internal void Tell(object message) => _core.Owner.Tell(message, Ref);
}
