using System;
using System.Buffers;
using System.Net;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Connections;

/// <summary>
/// The selector's half of a connection: a plain object on the loop that owns the descriptor, the outbound queue, the
/// read credit and the close. Its owner, an actor, is told what happens, and commands it through <see cref="Ref"/>.
/// </summary>
internal sealed class Channel : Selectable, IFlushable
{
    private const int MaxRead = 64 * 1024;

    // Room worth a receive: for a trickle, and for a peer that filled the last one.
    private const int TrickleRoom = 1024;
    private const int StreamRoom = 16 * 1024;

    private readonly Action<Channel, Closed>? _released;
    private readonly bool _logsEnd;
    private readonly Outbox _outbox;
    private readonly ChannelDeadline _idle;
    private ChannelDeadline? _stallOrLinger;
    private IActorRef _owner = ActorRefs.Nobody;
    private CloseMachine _close;
    private CloseReason _endReason = CloseReason.Requested;
    private ReactorException? _endException;
    private long _lastActivity;
    private long _unconsumed;
    private bool _suspended;
    private bool _blocked;
    private bool _sending;
    private int _offered;
    private bool _flushQueued;
    private bool _streaming;
    private bool _handsOver;

    /// <param name="selector">Serves it from now on.</param>
    /// <param name="descriptor">A connected, non-blocking socket; the channel owns it.</param>
    /// <param name="connected">What owners are told; its transport is filled in by the channel.</param>
    /// <param name="parent">The path its ref appears under.</param>
    /// <param name="provider">The system's.</param>
    /// <param name="released">Called once, on the loop, when the descriptor is closed.</param>
    /// <param name="logsEnd">Whether <paramref name="released"/> logs the end, so that the protocol need not.</param>
    internal Channel(
        Selector selector,
        nint descriptor,
        Connected connected,
        ActorPath parent,
        IActorRefProvider provider,
        Action<Channel, Closed>? released,
        bool logsEnd = false
    )
        : base(selector, descriptor, SocketKind.Stream)
    {
        _outbox = new Outbox(connected.Options);
        _released = released;
        _logsEnd = logsEnd;
        _idle = new ChannelDeadline(this);
        Ref = new TransportRef(this, selector.Loop, parent, provider);
        Connected = connected with { Transport = Ref, Loop = selector.Loop, Dispatcher = selector.DispatcherId };
    }

    /// <summary>How actors reach it. Any thread.</summary>
    internal TransportRef Ref { get; }

    /// <summary>What its owners are told. Any thread.</summary>
    internal Connected Connected { get; }

    private ConnectionOptions Options => Connected.Options;

    private EndPoint Remote => Connected.Remote;

    /// <summary>Begins: the owner is told, and reading starts.</summary>
    internal void Start(IActorRef owner)
    {
        _lastActivity = Selector.Loop.Now;
        if (Options.IdleTimeout > TimeSpan.Zero)
        {
            Selector.Loop.Arm(_idle, Options.IdleTimeout);
        }

        Own(owner, handover: false);
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
                case Write write:
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
                case Close:
                    Perform(_close.Close(_outbox.IsEmpty));
                    UpdateInterest();
                    break;
                case Abort:
                    End(CloseReason.Aborted, null, reset: true);
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

    /// <summary>The owner stopped: without a <see cref="Close"/> before, nobody is left to finish the connection.</summary>
    internal void OwnerTerminated(IActorRef owner)
    {
        if (!owner.Equals(_owner))
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

    /// <summary>Sends what waits, until all is taken or the kernel's buffer is full.</summary>
    public void Flush()
    {
        try
        {
            SendQueued();
        }
        catch (Exception fault)
        {
            OnFault(fault);
        }
    }

    private void SendQueued()
    {
        _flushQueued = false;
        if (_close.Ended || _blocked || _sending)
        {
            return;
        }

        if (Registration is null)
        {
            // Between two engines: the next one will say that the socket is writable.
            _blocked = true;
        }

        bool moved = false;
        while (!_blocked && _outbox.Peek(Selector.Scratch) is { IsEmpty: false } bytes)
        {
            IoResult result = Selector.Engine!.Send(Registration!, bytes);
            if (result.IsPending)
            {
                // The engine knows later, and says so; the bytes stay in the queue until then.
                _sending = true;
                _offered = _offered == 0 ? bytes.Length : _offered;
                if (moved)
                {
                    AfterFlush(moved);
                }

                return;
            }

            if (!result.Succeeded && !result.WouldBlock)
            {
                Fail(result.Fault, result.Errno);
                return;
            }

            // An answer that came later is about what was offered first, not about what was written since.
            _blocked = result.Count < (_offered > 0 ? _offered : bytes.Length);
            _offered = 0;
            _outbox.Advance(result.Count);
            if (result.Count > 0)
            {
                moved = true;
                Touch();
                Acknowledge();
            }
        }

        Acknowledge();
        AfterFlush(moved);
    }

    /// <summary>A deadline of the channel expired.</summary>
    internal void Expired(ChannelDeadline deadline)
    {
        if (deadline == _idle)
        {
            TimeSpan idle = TimeSpan.FromMilliseconds(Selector.Loop.Now - _lastActivity);
            if (idle >= Options.IdleTimeout)
            {
                End(CloseReason.TimedOut, new IdleTimeoutException(Remote, Options.IdleTimeout), reset: true);
            }
            else
            {
                Selector.Loop.Arm(_idle, Options.IdleTimeout - idle);
            }
        }
        else if (_outbox.IsEmpty)
        {
            // Lingering: the peer had its time to finish.
            End(CloseReason.Requested, null, reset: false);
        }
        else
        {
            End(
                CloseReason.TimedOut,
                new WriteStallTimeoutException(Remote, Options.WriteStallTimeout, _outbox.Bytes),
                reset: true
            );
        }
    }

    private void Accept(Write write, IActorRef? sender)
    {
        // Of a write without a sender the owner hears, and that is who owns the channel now: the next one knows nothing of it.
        sender = sender is null || sender.IsNobody() ? _owner : sender;
        if (!_close.AcceptsWrites)
        {
            Answer(sender, new WriteFailed(write, new TransportClosedException(_endReason, _endException)));
            return;
        }

        if (_outbox.Accept(write, sender) is { } refusal)
        {
            Answer(sender, new WriteFailed(write, refusal));
        }

        QueueFlush();
        if (_outbox.IsPressed)
        {
            UpdateInterest();
        }
    }

    private void QueueFlush()
    {
        if (!_flushQueued && !_blocked && !_sending)
        {
            _flushQueued = true;
            Selector.Loop.FlushLater(this);
        }
    }

    private void Acknowledge()
    {
        while (_outbox.TryTakeCompleted(out PendingWrite completed))
        {
            if (completed.Write.Ack is { } ack)
            {
                Answer(completed.Sender, ack);
            }
        }
    }

    private void AfterFlush(bool moved)
    {
        if (_blocked)
        {
            // Armed anew with every byte taken, not with every attempt, and disarmed when all are.
            if (moved || _stallOrLinger is not { DueAt: < Deadline.Never })
            {
                ArmStallOrLinger(Options.WriteStallTimeout);
            }
        }
        else if (_stallOrLinger is not null && !_close.Discards)
        {
            Selector.Loop.Disarm(_stallOrLinger);
        }

        if (_outbox.Relax())
        {
            Tell(Writable.Instance);
        }

        if (_outbox.IsEmpty)
        {
            Perform(_close.Drained());
        }

        UpdateInterest();
    }

    // The two never overlap: lingering begins when nothing is left to stall.
    private void ArmStallOrLinger(TimeSpan timeout)
    {
        if (timeout > TimeSpan.Zero)
        {
            Selector.Loop.Arm(_stallOrLinger ??= new ChannelDeadline(this), timeout);
        }
    }

    private bool WantsToRead =>
        _close.Reads && (_close.Discards || (!_suspended && !_outbox.IsPressed && _unconsumed < Options.ReadAhead));

    private void UpdateInterest()
    {
        if (_close.Ended)
        {
            return;
        }

        Interest interest = WantsToRead ? Interest.Read : Interest.None;
        SetInterest(_blocked ? interest | Interest.Write : interest);
    }

    private void Receive()
    {
        int max = _close.Discards ? MaxRead : (int)Math.Min(MaxRead, Options.ReadAhead - _unconsumed);
        Span<byte> room = Selector.Slab.Room(max, _streaming ? StreamRoom : TrickleRoom);
        IoResult result = Selector.Engine!.Receive(Registration!, room);
        if (result.Count > 0)
        {
            Touch();
            _streaming = result.Count == room.Length;
            if (!_close.Discards)
            {
                ReadOnlySequence<byte> data = new(Selector.Slab.Take(result.Count));
                _unconsumed += result.Count;
                Tell(new Received(data));
                if (_unconsumed >= Options.ReadAhead)
                {
                    UpdateInterest();
                }
            }
        }
        else if (result.Succeeded)
        {
            Perform(_close.PeerFin());
            UpdateInterest();
        }
        else if (!result.WouldBlock)
        {
            Fail(result.Fault, result.Errno);
        }
    }

    // A fault while nobody wants to read: a reset is noticed at once; a mere hang-up (both directions finished, bytes
    // unread) is left until somebody reads.
    private void ReceiveFault()
    {
        (SocketFault fault, int errno) = Registration!.TakeError(Selector.Sockets);
        if (fault != SocketFault.None)
        {
            Fail(fault, errno);
        }
        else if (WantsToRead)
        {
            Receive();
        }
        else
        {
            Selector.Mute(this);
        }
    }

    private void Fail(SocketFault fault, int errno)
    {
        string text = Selector.Sockets.Describe(errno);
        if (_close.Lingers)
        {
            // Everything was delivered to the kernel, FIN included, and nothing more is wanted of the peer. Many end like
            // this, TLS clients above all.
            End(CloseReason.Requested, null, reset: false);
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

    private void Perform(CloseActions actions)
    {
        if ((actions & CloseActions.TellPeerFinished) != 0)
        {
            Tell(PeerFinished.Instance);
        }

        if ((actions & CloseActions.SendFin) != 0)
        {
            Selector.Sockets.ShutdownWrite(Descriptor);
        }

        if ((actions & CloseActions.Linger) != 0)
        {
            ArmStallOrLinger(Options.LingerTimeout);
        }

        if ((actions & CloseActions.End) != 0)
        {
            End(_close.CloseRequested ? CloseReason.Requested : CloseReason.PeerFinished, null, reset: false);
        }
    }

    private void HandTo(Claim claim)
    {
        if (claim.Owner.Equals(_owner))
        {
            return;
        }

        if (_close.Ended)
        {
            claim.Owner.Tell(new Closed(_endReason, _endException), Ref);
            return;
        }

        IActorRef old = _owner;
        if (old is IInternalActorRef watched)
        {
            watched.SendSystemMessage(new Unwatch(watched, Ref));
        }

        Own(claim.Owner, _handsOver);
        _handsOver = false;
        old.Tell(new Released(claim.Owner), Ref);
    }

    private void Own(IActorRef owner, bool handover)
    {
        _owner = owner;
        Tell(handover ? Connected with { Handover = true } : Connected);
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
        Selector.Loop.Disarm(_idle);
        if (_stallOrLinger is not null)
        {
            Selector.Loop.Disarm(_stallOrLinger);
        }

        Selector.Remove(this);
        if (reset)
        {
            Selector.Sockets.Reset(Descriptor);
        }
        else
        {
            Selector.Sockets.Close(Descriptor);
        }

        while (_outbox.TryAbandon(out PendingWrite pending))
        {
            Answer(pending.Sender, new WriteFailed(pending.Write, new TransportClosedException(reason, exception)));
        }

        Closed closed = new(reason, exception) { Logged = _logsEnd };
        if (_owner is IInternalActorRef watched)
        {
            watched.SendSystemMessage(new Unwatch(watched, Ref));
        }

        Tell(closed);
        Ref.Terminate();
        _released?.Invoke(this, closed);
    }

    private void Touch() => _lastActivity = Selector.Loop.TurnStartedAt;

    private void Tell(object message) => _owner.Tell(message, Ref);

    private void Answer(IActorRef? sender, object message) =>
        (sender is null || sender.IsNobody() ? _owner : sender).Tell(message, Ref);
}
