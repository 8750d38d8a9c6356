using System;
using System.Buffers;
using System.Net;
using System.Threading;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Protocols;

/// <summary>
/// What the relays of an actor system show of what passes: one line of the log for each piece. Loggers have mailboxes without
/// a bound, so the bound is here: while so many lines wait that somebody has still to read, those that follow are left out, and
/// when all have been read it is said how many. A line is read when it is made text, which is the only thing that every logger
/// does with it.
/// </summary>
internal sealed class Tap : IExtension
{
    // With what is shown of each and what an event costs, 10 MiB.
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

    /// <summary>Every logger has read a line.</summary>
    internal void OnRead()
    {
        long leftOut;
        lock (_gate)
        {
            leftOut = --_waiting == 0 ? TakeLeftOut() : 0;
        }

        Say(leftOut);
    }

    /// <summary>Nobody will read a line any more. To be called by a finalizer, so nothing is logged.</summary>
    internal void OnDropped()
    {
        lock (_gate)
        {
            _waiting--;
        }
    }

    // Once a line was left out so are those behind it, until all that wait have been read: what is shown is in one piece.
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
            _log.Info("{0} line(s) of the tap left out: the log is slower than what passes", leftOut);
        }
    }

    private sealed class Provider : ExtensionIdProvider<Tap>
    {
        public override Tap CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
