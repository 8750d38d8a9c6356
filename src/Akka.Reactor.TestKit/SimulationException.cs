using System;

namespace Akka.Reactor;

/// <summary>
/// A simulated run did not go as it had to. The message ends with the seed, which reproduces the run, and with the last
/// part of its trace.
/// </summary>
public sealed class SimulationException : Exception
{
    /// <summary>Says what went wrong in which run.</summary>
    public SimulationException(string message, int seed, string trace, Exception? cause = null)
        : base($"{message}\nseed {seed} reproduces it; what happened last:\n{trace}", cause)
    {
        Seed = seed;
    }

    /// <summary>The seed of the run.</summary>
    public int Seed { get; }
}
