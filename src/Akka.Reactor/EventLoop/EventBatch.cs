using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// The events of one wait in the engine, passed to the selector in parts. Between two parts, the actors that received messages
/// because of the first part run, then the actors to which those send messages, and so on for a few rounds. So their output is
/// sent, and they give back the memory that they received, before the loop receives more. Used on the loop's thread only.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct EventBatch()
{
    private const int MostEvents = 512;

    // A wait that has not filled the whole array can still have left events behind: engines take events from the system in portions
    // of their own, drop stale events, and merge two events into one. After a wait with this many events there may be more.
    private const int ManyEvents = MostEvents / 4;

    // A protocol on a channel needs one round, and every layer between them needs two more: one up and one down. Runs that are
    // caused later run together with the next part: actors that keep each other busy must not delay it.
    private const int RoundsPerPart = 8;

    private readonly EngineEvent[] _events = new EngineEvent[MostEvents];
    private int _start;
    private int _end;
    private int _roundsLeft;
    private int _runsLeft;

    // True if the selector has consumed a part and has not been notified of the rest yet.
    private bool _interrupted;

    /// <summary>The events that are not consumed yet.</summary>
    internal readonly ReadOnlySpan<EngineEvent> Left => _events.AsSpan(_start, _end - _start);

    /// <summary>True if the last wait has reported so many events that more may have been ready.</summary>
    internal bool MayHaveMore { get; private set; }

    /// <summary>True if some events are not consumed yet.</summary>
    internal readonly bool IsOutstanding => _start < _end;

    /// <summary>True if everything that was to run before the next part has run.</summary>
    internal readonly bool PartHasRun => _interrupted && _roundsLeft == 0;

    /// <summary>Waits for a batch. Returns false if there is none. Call it only when no batch is outstanding.</summary>
    internal bool Fill(IEngine engine, int timeout)
    {
        _start = 0;
        _end = engine.Wait(_events, timeout);
        MayHaveMore = _end >= ManyEvents;
        return _end > 0;
    }

    /// <summary>
    /// Records that the selector has handled the first <paramref name="count"/> events, during one run, while
    /// <paramref name="queuedRuns"/> other runs are queued.
    /// </summary>
    internal void Consume(int count, int queuedRuns)
    {
        count = Math.Min(count, _end - _start);
        Array.Clear(_events, _start, count);
        _start += count;
        _interrupted = _start < _end;
        _roundsLeft = RoundsPerPart;
        _runsLeft = queuedRuns + 1;
    }

    /// <summary>Records that a run has ended, and that <paramref name="queuedRuns"/> runs are queued now.</summary>
    internal void EndRun(int queuedRuns)
    {
        if (_interrupted && --_runsLeft <= 0)
        {
            _roundsLeft--;
            _runsLeft = queuedRuns;
        }
    }

    /// <summary>
    /// Begins the next part, of which the caller then notifies the selector. Returns false if there is no next part.
    /// </summary>
    internal bool Resume()
    {
        bool interrupted = _interrupted;
        _interrupted = false;
        return interrupted;
    }

    /// <summary>Drops the rest of the batch, which is gone with its engine.</summary>
    internal void Forget()
    {
        _start = 0;
        _end = 0;
        _interrupted = false;
    }
}
