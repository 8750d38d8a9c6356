using System;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Listeners;

/// <summary>
/// How an acceptor takes connections in: in bounded batches, and what it does when there is no room or no descriptor for
/// the next. What it has to say of that is a few lines, however often it happens. Its acceptor's loop only.
/// </summary>
internal sealed class Acceptor
{
    /// <summary>How long accepting pauses after a fault before it is tried again.</summary>
    internal static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    /// <summary>How long peers wait for a descriptor before they are reset, so that they learn of it.</summary>
    internal static readonly TimeSpan ShortagePatience = TimeSpan.FromSeconds(30);

    // Nothing but connections that ended before they were accepted: then it is more likely the system that fails.
    private const int MostAbortedInRow = 64;

    private readonly Listener _listener;
    private readonly IActorRef _actor;
    private readonly ILoggingAdapter _log;
    private readonly DescriptorReserve _reserve;
    private readonly TellDeadline _retry;
    private readonly TellDeadline _report;
    private readonly bool _setsBuffers;

    private bool _holds;

    // Over batches: only a connection, or that there is none, breaks the row.
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
            listener.Address is UnixDomainSocketEndPoint && (socket.SendBuffer ?? socket.ReceiveBuffer) is not null;
    }

    /// <summary>Why nothing is accepted at the moment, if so.</summary>
    internal ListenerState State { get; private set; }

    /// <summary>The error number of the fault that made the pause, or 0.</summary>
    internal int Errno { get; private set; }

    private ReactorLoop Loop => _listener.Home.Loop;

    private bool IsTroubled => State is ListenerState.OutOfResources or ListenerState.AcceptFailing;

    // While it is full, or in trouble, that is not before it goes on.
    private bool MayHaveToSay =>
        (_trouble.Running && !IsTroubled) || (_full.Running && State == ListenerState.Accepting);

    private ISockets Sockets => _listener.Home.Sockets;

    /// <summary>Takes what waits into <see cref="Listener.Waiting"/>, up to a batch.</summary>
    internal void Accept(ListeningSocket socket)
    {
        Loop.Disarm(_retry);
        State = ListenerState.Accepting;
        Errno = 0;

        // Ahead of everybody who waits: who is served next may need it.
        bool isShort = !_reserve.TryHold(out int missing) || _reserve.IsReported(Loop.Now, out missing);
        for (int i = 0; i < _listener.Options.AcceptBatch; i++)
        {
            if (_listener.Open >= _listener.Options.MaxConnections)
            {
                PauseUntilRelease();
                return;
            }

            if (isShort && !socket.HasAccepted)
            {
                Pause(socket, SocketFault.OutOfResources, missing);
                return;
            }

            AcceptResult result = socket.Accept();
            switch (result.Fault)
            {
                case SocketFault.None:
                    _shortSince = Deadline.Never;
                    _abortedInRow = 0;
                    _trouble.Passes(Loop.Now);
                    TakeIn(result);
                    break;
                case SocketFault.WouldBlock:
                    _abortedInRow = 0;
                    GoOn(socket);
                    return;
                case SocketFault.ConnectionAborted when ++_abortedInRow < MostAbortedInRow:
                    // Ended before it was accepted: its own misfortune.
                    break;
                default:
                    Pause(socket, result.Fault, result.Errno);
                    return;
            }
        }

        GoOn(socket);
    }

    /// <summary>Takes the reserve at the beginning, when there is plenty.</summary>
    internal void Begin()
    {
        if (!_holds)
        {
            _holds = true;
            _reserve.Join();
        }
    }

    /// <summary>The time has come to look whether there is something to say.</summary>
    internal void Report()
    {
        long now = Loop.Now;
        if (!IsTroubled && _trouble.IsOver(now, out long lasted))
        {
            _log.Info(
                "{0}: accepting again: it had to pause {1} time(s) in {2:0.0} s, and {3} waiting connection(s) were reset",
                _listener.Name,
                _trouble.Times,
                lasted / 1000.0,
                _listener.Shed - _shedBefore
            );
        }

        if (State == ListenerState.Accepting && _full.IsOver(now, out lasted))
        {
            _log.Info(
                "{0}: there is room again: it was full {1} time(s) in {2:0.0} s",
                _listener.Name,
                _full.Times,
                lasted / 1000.0
            );
        }

        // A line was said, or something may have to be said later: in a second at the earliest.
        if (SayRefused() || MayHaveToSay)
        {
            Loop.Arm(_report, TimeSpan.FromMilliseconds(TroublePeriod.Quiet));
        }
    }

    /// <summary>Accepting is over, or its acceptor is.</summary>
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

    // The next connection is waited for; if something was wrong, it may be over.
    private void GoOn(ListeningSocket socket)
    {
        // That nobody waits does not mean that there is a descriptor for the next: some systems look for that first, others
        // later.
        if (_shortSince != Deadline.Never && _reserve.HasMore())
        {
            _shortSince = Deadline.Never;
        }

        long now = Loop.Now;
        _trouble.Passes(now);
        _full.Passes(now);
        socket.Listen();
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

        // One may have ended between the count and the request to be told.
        if (_listener.Open < _listener.Options.MaxConnections)
        {
            _actor.Tell(AcceptorActor.TryAccept.Instance, ActorRefs.NoSender);
        }
    }

    private void Pause(ListeningSocket socket, SocketFault fault, int errno)
    {
        bool isShort = fault == SocketFault.OutOfResources;
        State = isShort ? ListenerState.OutOfResources : ListenerState.AcceptFailing;
        Errno = errno;
        if (isShort)
        {
            // Before anything else, the next line included, which may be the first that is ever logged.
            _reserve.GiveUp();
        }

        long now = Loop.Now;
        if (_trouble.Comes(now))
        {
            _shedBefore = _listener.Shed;
            _log.Warning(
                "{0}: accepting pauses, and is tried again every {1} ms: {2} (errno {3})",
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
                Shed(socket);
            }
        }

        // A connection that ends gives back what is missing.
        _listener.NotifyNextRelease();
        Loop.Arm(_retry, Retry);
    }

    // With what was the reserve, accepts and resets one after the other of those that wait longest.
    private void Shed(ListeningSocket socket)
    {
        for (int i = 0; i < _listener.Options.AcceptBatch; i++)
        {
            AcceptResult result = socket.Accept();
            if (result.Fault == SocketFault.None)
            {
                Sockets.Reset(result.Descriptor);
                _listener.Shed++;
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
            "{0}: {1} connection(s) reset: their address has {2} open already{3}",
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
