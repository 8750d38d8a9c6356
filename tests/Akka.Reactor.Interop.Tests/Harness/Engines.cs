using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>The engines that this machine lets a process use, for theories.</summary>
internal static partial class Engines
{
    private const int IoUringSetup = 425;

    /// <summary>select cannot watch descriptors from 1,024 on, and the process has some of its own.</summary>
    internal const int ConnectionsOfSelect = 800;

    /// <summary>As many connections as wanted, or as the engine can watch that all tests were asked to run on.</summary>
    internal static int AtMost(int connections) =>
        string.Equals(Environment.GetEnvironmentVariable("AKKA_REACTOR_ENGINE"), "select", StringComparison.Ordinal)
            ? Math.Min(connections, ConnectionsOfSelect)
            : connections;

    internal static TheoryData<string> Here { get; } =
        IsUringAllowed ? ["epoll", "io_uring", "poll", "select"] : ["epoll", "poll", "select"];

    /// <summary>For tests that take seconds each: all engines in the soak; otherwise one of each kind.</summary>
    internal static TheoryData<string> Some => Soak.IsOn ? Here : Among("epoll", "io_uring");

    /// <summary>Those of <see cref="Here"/> that are among these.</summary>
    internal static TheoryData<string> Among(params string[] names)
    {
        TheoryData<string> among = [];
        foreach (string name in Here)
        {
            if (Array.IndexOf(names, name) >= 0)
            {
                among.Add(name);
            }
        }

        return among;
    }

    // With nothing to set up the call fails, but another way when it is forbidden (EPERM) or not there (ENOSYS).
    internal static bool IsUringAllowed =>
        SystemCall(IoUringSetup, 0, 0) != -1 || Marshal.GetLastPInvokeError() is not (1 or 38);

    // The pointer is null: the kernel writes nothing.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint entries, nint parameters);
}
