namespace Akka.Reactor;

/// <summary>The kind of poller of a simulated host.</summary>
public enum EngineStyle
{
    /// <summary>The poller reports that a socket is ready, as epoll, kqueue, poll and select do.</summary>
    Readiness,

    /// <summary>The poller receives in advance, and reports the result of a send later, as io_uring does.</summary>
    Completion,
}
