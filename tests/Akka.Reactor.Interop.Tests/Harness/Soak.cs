using System;

namespace Akka.Reactor.Interop.Tests;

/// <summary>How much the volume tests move: about a tenth, and everything with <c>AKKA_REACTOR_SOAK=1</c>.</summary>
internal static class Soak
{
    private static readonly bool Full = string.Equals(
        Environment.GetEnvironmentVariable("AKKA_REACTOR_SOAK"),
        "1",
        StringComparison.Ordinal
    );

    internal static int Scale(int usual, int full) => Full ? full : usual;
}
