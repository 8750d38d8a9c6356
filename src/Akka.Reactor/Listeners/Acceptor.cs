using System;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Listeners;

/// <summary>
/// Accepts connections for an acceptor in bounded batches, and pauses when there is no room or no descriptor for the next one.
/// Logs only a few lines about this, however often it happens. Used on the acceptor's loop only.
/// </summary>
internal sealed class Acceptor
{
    /// <summary>How long accepting pauses after a fault before it is tried again.</summary>
    internal static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    /// <summary>How long peers wait for a descriptor before they are reset, so that they notice the shortage.</summary>
    internal static readonly TimeSpan ShortagePatience = TimeSpan.FromSeconds(30);

    // If this many connections in a row ended before they were accepted, it is more likely that the system itself fails.
    private const int MostAbortedInRow = 64;

    private readonly Listener _listener;
    private readonly IActorRef _actor;
    private readonly ILoggingAdapter _log;
    private readonly DescriptorReserve _reserve;
    private readonly TellDeadline _retry;
    private readonly TellDeadline _report;
    private readonly bool _setsBuffers;

    private bool _holds;

    // Counts across batches. Only an accepted connection or an empty accept queue ends the row.
    private int _abortedInRow;
    private long _shortSince = Deadline.Never;
    private long _shedBefore;
    private long _refusedSaid;
    private TroublePeriod _trouble;
    private TroublePeriod _full;

    internal Acceptor(Listener listener, IActorRef acceptor, ILoggingAdapter log)
    {
        _listener = listener;
        _actor = acceptor;
        _log = log;
        _reserve = listener.Home.Reserve;
        _retry = new TellDeadline(acceptor, AcceptorActor.TryAccept.Instance);
        _report = new TellDeadline(acceptor, AcceptorActor.ReportDue.Instance);
        SocketOptions socket = listener.Options.Connection.Socket;
        _setsBuffers =
            listener.Addresses[0] is UnixDomainSocketEndPoint
            && (socket.SendBuffer ?? socket.ReceiveBuffer) is not null;
    }

    /// <summary>Whether the listener accepts, or why it pauses.</summary>
    internal ListenerState State { get; private set; }

    /// <summary>The error number of the fault that caused the pause, or 0.</summary>
    internal int Errno { get; private set; }

    private ReactorLoop Loop => _listener.Home.Loop;

    private bool IsTroubled => State is ListenerState.OutOfResources or ListenerState.AcceptFailing;

    // While the listener is full, or accepting fails, there is nothing to log before it continues.
    private bool MayHaveToSay =>
        (_trouble.Running && !IsTroubled) || (_full.Running && State == ListenerState.Accepting);

    private ISockets Sockets => _listener.Home.Sockets;

    /// <summary>Accepts waiting connections into <see cref="Listener.Waiting"/>, up to a batch.</summary>
    internal void Accept(ListeningSockets sockets)
    {
        Loop.Disarm(_retry);
        State = ListenerState.Accepting;
        Errno = 0;

        // The reserve comes before any connection, because the next connection may need it.
        int room = _reserve.IsReported(Loop.Now, out int missing) ? 0 : _reserve.Room(out missing);
        for (int i = 0; i < _listener.Options.AcceptBatch; i++)
        {
            if (_listener.Open >= _listener.Options.MaxConnections)
            {
                PauseUntilRelease();
                return;
            }

            if (_listener.Home.Memory.Budget.IsExceeded && !_listener.Options.Connection.ExemptFromMemoryLimit)
            {
                PauseForMemory();
                return;
            }

            if (room == 0 && !sockets.HasAccepted)
            {
                Pause(sockets, SocketFault.OutOfResources, missing);
                return;
            }

            AcceptResult result = sockets.Accept();
            switch (result.Fault)
            {
                case SocketFault.None:
                    _shortSince = Deadline.Never;
                    _abortedInRow = 0;
                    _trouble.Passes(Loop.Now);
                    TakeIn(result);
                    room = Left(room, ref missing);
                    break;
                case SocketFault.WouldBlock:
                    _abortedInRow = 0;
                    GoOn(sockets);
                    return;
                case SocketFault.ConnectionAborted when ++_abortedInRow < MostAbortedInRow:
                    // This connection ended before it was accepted. The others are not affected.
                    break;
                default:
                    Pause(sockets, result.Fault, result.Errno);
                    return;
            }
        }

        GoOn(sockets);
    }

    /// <summary>Fills the descriptor reserve at the beginning, when there are enough descriptors.</summary>
    internal void Begin()
    {
        if (!_holds)
        {
            _holds = true;
            _reserve.Join();
        }
    }

    /// <summary>Logs what is due. Called when the report deadline expires.</summary>
    internal void Report()
    {
        long now = Loop.Now;
        if (!IsTroubled && _trouble.IsOver(now, out long lasted))
        {
            _log.Info(
                "{0}: accepting again: paused {1} time(s) in {2:0.0} s, and {3} waiting connection(s) were reset",
                _listener.Name,
                _trouble.Times,
                lasted / 1000.0,
                _listener.Shed - _shedBefore
            );
        }

        if (State == ListenerState.Accepting && _full.IsOver(now, out lasted))
        {
            _log.Info(
                "{0}: below max-connections again: the limit was reached {1} time(s) in {2:0.0} s",
                _listener.Name,
                _full.Times,
                lasted / 1000.0
            );
        }

        // A line was logged, or a line may be necessary later. The next report comes after one second at the earliest.
        if (SayRefused() || MayHaveToSay)
        {
            Loop.Arm(_report, TimeSpan.FromMilliseconds(TroublePeriod.Quiet));
        }
    }

    /// <summary>Disarms the deadlines and leaves the reserve, because accepting has ended or the acceptor stops.</summary>
    internal void Stop()
    {
        Loop.Disarm(_retry);
        Loop.Disarm(_report);
        if (_holds)
        {
            _holds = false;
            _reserve.Leave();
        }
    }

    // Returns the room after one more connection. While this batch can use it up, the reserve is asked again: other loops may accept,
    // too, and the rest of the process opens files.
    private int Left(int room, ref int missing) =>
        room == 0 || room > _listener.Options.AcceptBatch ? Math.Max(0, room - 1) : _reserve.Room(out missing);

    private void TakeIn(AcceptResult result)
    {
        if (!_listener.TryCount(result.Remote!))
        {
            Sockets.Reset(result.Descriptor);
            Refuse(result);
            return;
        }

        if (_setsBuffers)
        {
            Sockets.SetBuffers(result.Descriptor, _listener.Options.Connection.Socket);
        }

        _listener.Waiting.Enqueue(new Accepted(result.Descriptor, result.Remote!));
    }

    // Waits for the next connection. If there was a fault, it may be over.
    private void GoOn(ListeningSockets sockets)
    {
        // An empty accept queue does not mean that there is a descriptor for the next connection: some systems look for a
        // descriptor first, others later.
        if (_shortSince != Deadline.Never && _reserve.HasMore())
        {
            _shortSince = Deadline.Never;
        }

        long now = Loop.Now;
        _trouble.Passes(now);
        _full.Passes(now);
        sockets.Listen();
        ArmReport();
    }

    private void PauseUntilRelease()
    {
        State = ListenerState.AtMaxConnections;
        _listener.NotifyNextRelease();
        if (_full.Comes(Loop.Now))
        {
            _log.Info(
                "{0}: {1} connections are open; accepting pauses until one closes",
                _listener.Name,
                _listener.Open
            );
        }

        ArmReport();

        // A connection may have ended between the count and the call of NotifyNextRelease.
        if (_listener.Open < _listener.Options.MaxConnections)
        {
            _actor.Tell(AcceptorActor.TryAccept.Instance, ActorRefs.NoSender);
        }
    }

    // The memory's budget has logged why.
    private void PauseForMemory()
    {
        State = ListenerState.AtMemoryLimit;
        Loop.Arm(_retry, Retry);
    }

    private void Pause(ListeningSockets sockets, SocketFault fault, int errno)
    {
        bool isShort = fault == SocketFault.OutOfResources;
        State = isShort ? ListenerState.OutOfResources : ListenerState.AcceptFailing;
        Errno = errno;
        if (isShort)
        {
            // The reserve is given up before anything else, even before the log line below. That line may be the first one ever
            // logged, and then the runtime needs descriptors.
            _reserve.GiveUp();
        }

        long now = Loop.Now;
        if (_trouble.Comes(now))
        {
            _shedBefore = _listener.Shed;
            _log.Warning(
                "{0}: accepting pauses, retrying every {1} ms: {2} (errno {3})",
                _listener.Name,
                Retry.TotalMilliseconds,
                Sockets.Describe(errno),
                errno
            );
        }

        if (isShort)
        {
            _shortSince = Math.Min(_shortSince, now);
            if (now - _shortSince >= ShortagePatience.TotalMilliseconds)
            {
                Shed(sockets);
            }
        }

        // A connection that ends gives its descriptor back, so accepting is tried again then.
        _listener.NotifyNextRelease();
        Loop.Arm(_retry, Retry);
    }

    // Accepts and resets the connections that have waited longest, one after the other, with a descriptor that was in the
    // reserve.
    private void Shed(ListeningSockets sockets)
    {
        for (int i = 0; i < _listener.Options.AcceptBatch; i++)
        {
            AcceptResult result = sockets.Accept();
            if (result.Fault == SocketFault.None)
            {
                Sockets.Reset(result.Descriptor);
                _listener.Shed++;
                _listener.Metrics!.Rejected("out-of-resources");
            }
            else if (result.Fault != SocketFault.ConnectionAborted)
            {
                break;
            }
        }
    }

    private void Refuse(AcceptResult result)
    {
        _listener.Refused++;
        _listener.Metrics!.Rejected("max-connections-per-address");
        if (_report.DueAt == Deadline.Never)
        {
            SayRefused(result.Remote);
            Loop.Arm(_report, TimeSpan.FromMilliseconds(TroublePeriod.Quiet));
        }
    }

    private bool SayRefused(EndPoint? last = null)
    {
        long count = _listener.Refused - _refusedSaid;
        if (count == 0)
        {
            return false;
        }

        _refusedSaid = _listener.Refused;
        _log.Warning(
            "{0}: {1} connection(s) reset: their address or network already has {2} open connection(s){3}",
            _listener.Name,
            count,
            _listener.Options.MaxConnectionsPerAddress!,
            last is null ? "" : $" ({last})"
        );
        return true;
    }

    private void ArmReport()
    {
        if (MayHaveToSay && _report.DueAt == Deadline.Never)
        {
            Loop.Arm(_report, TimeSpan.FromMilliseconds(TroublePeriod.Quiet));
        }
    }
}
