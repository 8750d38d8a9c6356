namespace Akka.Reactor.Simulated;

/// <summary>An engine that can be asked, without waiting, whether a wait would return at once.</summary>
internal interface IReadySource
{
    /// <summary>True when a wait has something to report.</summary>
    bool HasReady { get; }
}
