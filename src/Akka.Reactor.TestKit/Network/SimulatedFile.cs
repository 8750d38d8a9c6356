using System;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>An object that a descriptor of a simulated host refers to.</summary>
internal abstract class SimulatedFile
{
    /// <summary>
    /// The descriptor on the host, or -1 if the file has none. A new file gets the lowest free number, as POSIX requires,
    /// so the number of a closed file is used again immediately.
    /// </summary>
    internal int Descriptor { get; set; } = -1;

    /// <summary>False once the file is closed. Pollers then ignore it.</summary>
    internal bool IsOpen { get; private set; } = true;

    /// <summary>The readiness that a level-triggered poller sees.</summary>
    internal abstract Readiness Level { get; }

    /// <summary>Called whenever <see cref="Level"/> may have gained a flag.</summary>
    internal Action? Changed { get; set; }

    /// <summary>Closes the file, with a reset if <paramref name="reset"/> is true.</summary>
    internal void Close(bool reset)
    {
        IsOpen = false;
        OnClose(reset);
    }

    protected abstract void OnClose(bool reset);
}
