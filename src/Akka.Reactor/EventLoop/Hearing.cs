namespace Akka.Reactor.EventLoop;

/// <summary>
/// Up to which time a loop knows what its sockets had to report. No deadline that judges a peer expires before the loop has asked
/// for events after the deadline's time: after a turn that came late (a handler that blocked, a process that was stopped, a
/// debugger's break) the bytes that lie ready are offered first, and only a peer that has sent nothing is timed out. Times are
/// milliseconds of the loop's clock.
/// </summary>
internal struct Hearing
{
    // As many waits with as many events each as there can be sockets in a process: then every socket had its turn.
    private const int MostWaits = 64;

    private long _askedAt;
    private int _waits;
    private bool _complete;

    /// <summary>What was ready at this time has been handed to its owners.</summary>
    internal long KnownUntil { get; private set; }

    /// <summary>The engine is about to be asked.</summary>
    internal void Asks(long now)
    {
        if (_waits == 0)
        {
            _askedAt = now;
        }

        _waits++;
    }

    /// <summary>The engine has answered.</summary>
    /// <param name="mayHaveMore">There may be more that was ready than it has reported.</param>
    internal void Answered(bool mayHaveMore) => _complete = !mayHaveMore || _waits >= MostWaits;

    /// <summary>All that the engine has answered was handed on.</summary>
    internal void HandedOn()
    {
        if (_complete)
        {
            KnownUntil = _askedAt;
            _waits = 0;
            _complete = false;
        }
    }

    /// <summary>There is no engine to ask: time alone decides.</summary>
    internal void Deaf(long now) => KnownUntil = now;

    /// <summary>What was answered and not handed on went with its engine.</summary>
    internal void Forget()
    {
        _waits = 0;
        _complete = false;
    }
}
