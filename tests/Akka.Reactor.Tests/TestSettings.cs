namespace Akka.Reactor.Tests;

/// <summary>
/// The settings of actor systems in tests. Unless a test is about draining, its system does not wait at its end for the connections that
/// the test has left open: that would be four seconds for each test.
/// </summary>
internal static class TestSettings
{
    private const string EndsSoon = "listener.drain-timeout = 100ms";

    internal const string OneLoop = "akka.reactor { selectors = 1, " + EndsSoon + " }";

    internal const string TwoLoops = "akka.reactor { selectors = 2, " + EndsSoon + " }";

    /// <summary>One loop, and nothing is logged.</summary>
    internal const string Silent = "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + OneLoop;
}
