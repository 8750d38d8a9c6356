using System;

namespace Akka.Reactor.Tests.Shared;

/// <summary>How much long tests do: a part that is quick, and everything with <c>AKKA_REACTOR_SOAK=1</c>.</summary>
internal static class Soak
{
    /// <summary>Whether everything is to be done.</summary>
    internal static bool IsOn { get; } =
        string.Equals(Environment.GetEnvironmentVariable("AKKA_REACTOR_SOAK"), "1", StringComparison.Ordinal);

    /// <summary>
    /// True when nothing else runs on this machine (<c>AKKA_REACTOR_QUIET=1</c>): only then do times of milliseconds say something
    /// about the product.
    /// </summary>
    internal static bool MachineIsQuiet { get; } =
        string.Equals(Environment.GetEnvironmentVariable("AKKA_REACTOR_QUIET"), "1", StringComparison.Ordinal);

    /// <summary>The usual part, or everything.</summary>
    internal static int Scale(int usual, int full) => IsOn ? full : usual;
}
