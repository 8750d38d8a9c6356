using System;

namespace Akka.Reactor.Polling;

/// <summary>
/// What wakes a waiting loop. Belongs to the loop, not to its engine: it outlives an engine, and the loop can wait on
/// it alone.
/// </summary>
internal interface IWakeSignal : IDisposable
{
    /// <summary>Becomes readable when set; engines watch it.</summary>
    nint Descriptor { get; }

    /// <summary>Wakes the loop, or its next wait. Any thread; sets that come together wake once.</summary>
    void Set();

    /// <summary>Undoes <see cref="Set"/>, for engines to which the descriptor stays readable until it is read. On the loop.</summary>
    void Clear();

    /// <summary>Waits for <see cref="Set"/> without any engine, and clears it.</summary>
    void Wait(int timeoutMilliseconds);
}
