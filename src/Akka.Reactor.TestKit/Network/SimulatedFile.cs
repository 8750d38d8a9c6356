using System;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>Something a descriptor of a simulated host stands for.</summary>
internal abstract class SimulatedFile
{
    /// <summary>Its number on its host, or -1 for what has none. Lowest free first, as POSIX wants it: numbers come back at once.</summary>
    internal int Descriptor { get; set; } = -1;

    /// <summary>False once closed: pollers forget it.</summary>
    internal bool IsOpen { get; private set; } = true;

    /// <summary>What a level-triggered poller sees.</summary>
    internal abstract Readiness Level { get; }

    /// <summary>Called whenever <see cref="Level"/> may have risen.</summary>
    internal Action? Changed { get; set; }

    /// <summary>The descriptor is gone.</summary>
    internal void Close(bool reset)
    {
        IsOpen = false;
        OnClose(reset);
    }

    protected abstract void OnClose(bool reset);
}
