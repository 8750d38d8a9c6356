using System;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// The time of one loop and the deadlines that the loop keeps. Deadlines that judge a peer wait until the loop has heard all peers,
/// and run on a clock that leaves out the time in which the loop was held up. Times are milliseconds of a monotonic clock. Used on
/// the loop's thread only, except for <see cref="Now"/>.
/// </summary>
internal sealed class LoopClock(TimeProvider time, LoopActivity activity, Action<Exception> reportFault)
{
    private const int DeadlinesPerTurn = 1024;

    private readonly DeadlineQueue _deadlines = new();
    private readonly DeadlineQueue _verdicts = new();
    private Hearing _hearing; // Mutable structs: not readonly.
    private LoopTime _elapsed;

    /// <summary>The present time. Can be read on any thread.</summary>
    internal long Now => (long)time.GetElapsedTime(0).TotalMilliseconds;

    /// <inheritdoc cref="LoopTime.Recent"/>
    internal long Recent => _elapsed.Recent;

    /// <inheritdoc cref="ReactorLoop.PeerTime"/>
    internal long PeerTime => _elapsed.ToPeerTime(_elapsed.Recent);

    /// <inheritdoc cref="ReactorLoop.HeardUntil"/>
    internal long HeardUntil => _elapsed.ToPeerTime(_hearing.KnownUntil);

    /// <inheritdoc cref="LoopTime.TurnBegins"/>
    internal void TurnBegins() => _elapsed.TurnBegins(Now);

    /// <inheritdoc cref="LoopTime.Note"/>
    internal void Note() => _elapsed.Note(Now);

    /// <inheritdoc cref="LoopTime.TurnEnds"/>
    internal void TurnEnds(bool waits) => _elapsed.TurnEnds(Now, waits);

    /// <inheritdoc cref="Hearing.Asks"/>
    internal void AsksEngine() => _hearing.Asks(Now);

    /// <inheritdoc cref="Hearing.Answered"/>
    internal void EngineAnswered(bool mayHaveMore) => _hearing.Answered(mayHaveMore);

    /// <inheritdoc cref="Hearing.HandedOn"/>
    internal void HandedOn() => _hearing.HandedOn();

    /// <summary>Records that there is no engine to ask: time alone decides.</summary>
    internal void Deaf()
    {
        Note();
        _hearing.Deaf(Recent);
    }

    /// <inheritdoc cref="Hearing.Forget"/>
    internal void ForgetEngine() => _hearing.Forget();

    internal void Arm(Deadline deadline, TimeSpan delay)
    {
        // The sum is rounded up once. Rounding now and delay separately could let the deadline expire a fraction of a millisecond
        // early.
        double now = time.GetElapsedTime(0).TotalMilliseconds;
        long dueAt = Math.Max((long)now + 1, (long)Math.Ceiling(now + delay.TotalMilliseconds));
        if (deadline.JudgesPeer)
        {
            // The time in which the loop was held up before now is recorded first, so that it is not taken off this deadline later.
            _elapsed.Note((long)now);
            dueAt = _elapsed.ToPeerTime(dueAt);
        }

        QueueOf(deadline).Arm(deadline, dueAt);
    }

    internal void Disarm(Deadline deadline) => QueueOf(deadline).Disarm(deadline);

    /// <summary>Expires the deadlines that are due, up to the limit of one turn. Returns false if no deadline was due.</summary>
    internal bool Expire()
    {
        int left = DeadlinesPerTurn;
        if (_deadlines.Count > 0)
        {
            Expire(_deadlines, Now, ref left);
        }

        Expire(_verdicts, HeardUntil, ref left);
        return left < DeadlinesPerTurn;
    }

    /// <summary>Returns the number of milliseconds until a deadline may be due, or -1 if there is none.</summary>
    /// <param name="judges">Whether deadlines that judge peers may expire then.</param>
    internal int UntilNext(bool judges)
    {
        long verdict = judges ? _elapsed.FromPeerTime(_verdicts.NextAt) : Deadline.Never;
        long next = Math.Min(_deadlines.NextAt, verdict);
        return next == Deadline.Never ? -1 : (int)Math.Clamp(next - Now, 0, int.MaxValue);
    }

    private DeadlineQueue QueueOf(Deadline deadline) => deadline.JudgesPeer ? _verdicts : _deadlines;

    private void Expire(DeadlineQueue queue, long until, ref int left)
    {
        while (left > 0 && queue.TakeExpired(until) is { } deadline)
        {
            left--;
            activity.Begin(deadline);
            try
            {
                deadline.Expire();
            }
            catch (Exception fault)
            {
                reportFault(fault);
            }
        }
    }
}
