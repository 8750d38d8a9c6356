using Akka.Configuration;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>How long turns of a run's loops are.</summary>
internal static class Turns
{
    private const int Usual = 64;

    /// <summary>
    /// Configures a system of one selector, of whose turns most are short: where a mailbox runs for a few messages at a time, more
    /// can come between two of them.
    /// </summary>
    /// <param name="seed">Of the run.</param>
    internal static Config Of(int seed) =>
        ConfigurationFactory.ParseString(
            $"akka.reactor {{ selectors = 1, throughput = {(seed % 5 == 4 ? Usual : 1 + (seed % 5))} }}"
        );
}
