namespace Akka.Reactor.Simulated;

/// <summary>An engine that reports, without waiting, whether a wait would return immediately.</summary>
internal interface IReadySource
{
    /// <summary>True when a wait has something to report.</summary>
    bool HasReady { get; }
}
