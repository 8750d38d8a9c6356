using System;

namespace Akka.Reactor.Polling;

/// <summary>
/// Wakes a waiting loop. The signal belongs to the loop, not to its engine: it outlives an engine, and the loop can wait on the
/// signal alone.
/// </summary>
internal interface IWakeSignal : IDisposable
{
    /// <summary>The descriptor that becomes readable when the signal is set. Engines watch it.</summary>
    nint Descriptor { get; }

    /// <summary>
    /// Ends the loop's current wait, or its next one. Can be called on any thread. Several calls before the wait ends wake it once.
    /// </summary>
    void Set();

    /// <summary>
    /// Undoes <see cref="Set"/>, for engines for which the descriptor stays readable until it is read. Called on the loop.
    /// </summary>
    void Clear();

    /// <summary>Waits for <see cref="Set"/> without any engine, and clears the signal.</summary>
    void Wait(int timeoutMilliseconds);
}
