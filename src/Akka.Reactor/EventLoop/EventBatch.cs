using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// The events of one wait in the engine, told to the selector in parts. Between two parts those who were told of the first
/// run, then whomever they tell, and so on for a few rounds: what they have written is sent, and what they were given is
/// given back, before more is received. The loop's thread only.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct EventBatch()
{
    private const int MostEvents = 512;

    // Room that a wait has left need not mean that nothing more is ready: engines take from the system in parts of their own, drop
    // what is stale, and make one event of two. A wait that has filled so much may have more to come.
    private const int ManyEvents = MostEvents / 4;

    // A protocol on a channel needs one, and every layer between them two more: up, and back down. What is caused later
    // runs with the next part: actors that keep each other busy must not hold it up.
    private const int RoundsPerPart = 8;

    private readonly EngineEvent[] _events = new EngineEvent[MostEvents];
    private int _start;
    private int _end;
    private int _roundsLeft;
    private int _runsLeft;

    // A part is consumed, and of the rest the selector is not told yet.
    private bool _interrupted;

    /// <summary>The events not consumed yet.</summary>
    internal readonly ReadOnlySpan<EngineEvent> Left => _events.AsSpan(_start, _end - _start);

    /// <summary>The last wait has reported so much that there may be more that was ready.</summary>
    internal bool MayHaveMore { get; private set; }

    /// <summary>Some are not consumed yet.</summary>
    internal readonly bool IsOutstanding => _start < _end;

    /// <summary>Whoever was to run before the next part has run.</summary>
    internal readonly bool PartHasRun => _interrupted && _roundsLeft == 0;

    /// <summary>Waits for a batch; false when there is none. Only when none is outstanding.</summary>
    internal bool Fill(IEngine engine, int timeout)
    {
        _start = 0;
        _end = engine.Wait(_events, timeout);
        MayHaveMore = _end >= ManyEvents;
        return _end > 0;
    }

    /// <summary>The selector is through with the first so many, during one run, while so many others are queued.</summary>
    internal void Consume(int count, int queuedRuns)
    {
        count = Math.Min(count, _end - _start);
        Array.Clear(_events, _start, count);
        _start += count;
        _interrupted = _start < _end;
        _roundsLeft = RoundsPerPart;
        _runsLeft = queuedRuns + 1;
    }

    /// <summary>A run is done, and so many are queued now.</summary>
    internal void EndRun(int queuedRuns)
    {
        if (_interrupted && --_runsLeft <= 0)
        {
            _roundsLeft--;
            _runsLeft = queuedRuns;
        }
    }

    /// <summary>The selector is about to be told of the next part; false when there is none.</summary>
    internal bool Resume()
    {
        bool interrupted = _interrupted;
        _interrupted = false;
        return interrupted;
    }

    /// <summary>What is left of it went with its engine.</summary>
    internal void Forget()
    {
        _start = 0;
        _end = 0;
        _interrupted = false;
    }
}
