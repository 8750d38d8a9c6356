using System;
using System.Buffers;
using System.Net;
using System.Threading;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Logs the bytes that pass through the relays of an actor system: one line for each piece. The mailboxes of loggers have no
/// bound, so the tap has one. When the largest allowed number of lines waits to be read, further lines are left out; after all
/// waiting lines have been read, one line reports how many were left out. A line counts as read when it has been formatted as
/// text, because formatting is the only thing that every logger does with it.
/// </summary>
internal sealed class Tap : IExtension
{
    // With the bytes that each line shows and the cost of its log event, this number of lines takes 10 MiB.
    private const int Most = 4096;

    private readonly Lock _gate = new();
    private readonly ILoggingAdapter _log;
    private readonly int _loggers;
    private int _waiting;
    private long _leftOut;

    private Tap(ExtendedActorSystem system)
    {
        _log = Logging.GetLogger(system, typeof(RelayProtocol));
        _loggers = Math.Max(system.Settings.Loggers.Count, 1);
    }

    internal static Tap Of(ActorSystem system) => system.WithExtension<Tap, Provider>();

    internal void Show(ILoggingAdapter log, EndPoint from, in ReadOnlySequence<byte> data)
    {
        if (log.IsInfoEnabled && Enter())
        {
            log.Info("{0} > {1}", from, new TapLine(this, _loggers, data));
        }
    }

    /// <summary>Counts a line that every logger has read.</summary>
    internal void OnRead()
    {
        long leftOut;
        lock (_gate)
        {
            leftOut = --_waiting == 0 ? TakeLeftOut() : 0;
        }

        Say(leftOut);
    }

    /// <summary>Counts a line that no logger can read any more. A finalizer calls this method, so it logs nothing.</summary>
    internal void OnDropped()
    {
        lock (_gate)
        {
            _waiting--;
        }
    }

    // After one line was left out, all later lines are left out until all waiting lines have been read. So the shown lines are
    // contiguous.
    private bool Enter()
    {
        long leftOut;
        lock (_gate)
        {
            if (_waiting == Most || (_waiting > 0 && _leftOut > 0))
            {
                _leftOut++;
                return false;
            }

            _waiting++;
            leftOut = TakeLeftOut();
        }

        Say(leftOut);
        return true;
    }

    private long TakeLeftOut()
    {
        long leftOut = _leftOut;
        _leftOut = 0;
        return leftOut;
    }

    private void Say(long leftOut)
    {
        if (leftOut > 0)
        {
            _log.Info("{0} line(s) of the tap left out: the log is slower than the traffic", leftOut);
        }
    }

    private sealed class Provider : ExtensionIdProvider<Tap>
    {
        public override Tap CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
