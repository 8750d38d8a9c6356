namespace Akka.Reactor;

/// <summary>Which kind of poller a simulated host has.</summary>
public enum EngineStyle
{
    /// <summary>It says that a socket can be used, as epoll, kqueue, poll and select do.</summary>
    Readiness,

    /// <summary>It has already received, and says later what became of a send, as io_uring does.</summary>
    Completion,
}
