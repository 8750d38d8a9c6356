using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace Akka.Reactor.Tests.Polling;

/// <summary>Makes the kqueue engine available where the emulation was built, unless another library was asked for.</summary>
internal static class KqueueEmulation
{
    private const string Variable = "AKKA_REACTOR_KQUEUE_LIBRARY";

#pragma warning disable CA2255 // Before the first test, and before the runner asks why one is skipped.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Choose()
    {
        string built = Path.Combine(AppContext.BaseDirectory, "libkqueue-emulation.so");
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) && File.Exists(built))
        {
            Environment.SetEnvironmentVariable(Variable, built);
        }
    }
}
