using System;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>For theories over whole systems, and how much those do.</summary>
internal static class Engines
{
    private static readonly bool Full = string.Equals(
        Environment.GetEnvironmentVariable("AKKA_REACTOR_SOAK"),
        "1",
        StringComparison.Ordinal
    );

    /// <summary>The engines that this machine lets a process use.</summary>
    internal static TheoryData<string> Here
    {
        get
        {
            TheoryData<string> here = [];
            foreach (string name in (string[])["epoll", "io_uring", "poll", "select", "afd"])
            {
                try
                {
                    Platforms.Resolve(name);
                    here.Add(name);
                }
                catch (EngineNotAvailableException)
                {
                    // Not on this system, or not allowed.
                }
            }

            return here;
        }
    }

    /// <summary>Much with AKKA_REACTOR_SOAK=1, and a part of it without.</summary>
    internal static int Scale(int usual, int full) => Full ? full : usual;
}
