namespace Akka.Reactor.EventLoop;

/// <summary>
/// Tracks the time up to which a loop knows what its sockets had to report. A deadline that judges a peer expires only after the
/// loop has asked for events after the deadline's time. After a turn that came late (a handler blocked, the process was stopped, a
/// debugger stopped at a breakpoint) the loop first offers the bytes that are ready, and only a peer that has sent nothing is timed
/// out. Times are milliseconds of the loop's clock.
/// </summary>
internal struct Hearing
{
    // After this many waits in a row that each reported many events, the answer counts as complete: by then every socket had its
    // turn.
    private const int MostWaits = 64;

    private long _askedAt;
    private int _waits;
    private bool _complete;

    /// <summary>Everything that was ready at this time has been handed to its owners.</summary>
    internal long KnownUntil { get; private set; }

    /// <summary>Records that the engine is about to be asked.</summary>
    internal void Asks(long now)
    {
        if (_waits == 0)
        {
            _askedAt = now;
        }

        _waits++;
    }

    /// <summary>Records that the engine has answered.</summary>
    /// <param name="mayHaveMore">True if more may have been ready than the engine has reported.</param>
    internal void Answered(bool mayHaveMore) => _complete = !mayHaveMore || _waits >= MostWaits;

    /// <summary>Records that everything the engine has answered was handed to its owners.</summary>
    internal void HandedOn()
    {
        if (_complete)
        {
            KnownUntil = _askedAt;
            _waits = 0;
            _complete = false;
        }
    }

    /// <summary>Records that there is no engine to ask: time alone decides.</summary>
    internal void Deaf(long now) => KnownUntil = now;

    /// <summary>Drops the answers that were not handed to their owners: they are gone with their engine.</summary>
    internal void Forget()
    {
        _waits = 0;
        _complete = false;
    }
}
