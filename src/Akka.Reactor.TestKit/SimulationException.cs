using System;

namespace Akka.Reactor;

/// <summary>
/// The exception for a simulated run that failed. The message ends with the seed, which reproduces the run, and with the
/// last part of the run's trace.
/// </summary>
public sealed class SimulationException : Exception
{
    /// <summary>Creates the exception with the cause, the seed and the end of the trace of the failed run.</summary>
    public SimulationException(string message, int seed, string trace, Exception? cause = null)
        : base($"{message}\nseed {seed} reproduces it; the last events:\n{trace}", cause)
    {
        Seed = seed;
    }

    /// <summary>The seed of the run.</summary>
    public int Seed { get; }
}
