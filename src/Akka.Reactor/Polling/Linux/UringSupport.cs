using System;
using System.IO;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>Finds out whether this kernel has the io_uring that the engine needs, and lets this process use it.</summary>
internal static unsafe class UringSupport
{
    private const string TooOld = "this kernel's io_uring is too old; the engine needs Linux 6.0 or later";
    private const string DisabledFile = "/proc/sys/kernel/io_uring_disabled";
    private const int ProbedOperations = 64;

    private const uint Needed =
        UringNative.FeatureSingleMap
        | UringNative.FeatureNoDrop
        | UringNative.FeatureExtArg
        | UringNative.FeatureSkipCompletion;

    /// <summary>Returns the reason why io_uring cannot be used, or null if it can. Creates a small ring and closes it.</summary>
    internal static string? WhyNot() => WhyNot(Probe, Disabled);

    /// <param name="probe">
    /// Creates a ring; throws the system's error if it refuses. Returns true if the ring has all that the engine needs.
    /// </param>
    /// <param name="disabled">Reads the sysctl kernel.io_uring_disabled; returns null if there is none.</param>
    internal static string? WhyNot(Func<bool> probe, Func<string?> disabled)
    {
        try
        {
            return probe() ? null : TooOld;
        }
        catch (SocketFaultException refused)
        {
            return Explain(refused, disabled);
        }
    }

    private static string Explain(SocketFaultException refused, Func<string?> disabled) =>
        refused.Errno switch
        {
            UringNative.ENOSYS => "this kernel has no io_uring; the engine needs Linux 6.0 or later",
            UringNative.EINVAL => TooOld,
            Libc.EPERM or Libc.EACCES => disabled() is { } value and not "0"
                ? $"the sysctl kernel.io_uring_disabled is {value}"
                : "this process may not use io_uring: a seccomp filter, such as a container's, forbids it",
            Libc.ENOMEM => "there is no memory for its rings: the limit on locked memory (ulimit -l) may be too low",
            Libc.EMFILE or Libc.ENFILE => "there is no descriptor left for its ring",
            _ => refused.Message,
        };

    private static bool Probe()
    {
        UringSizes sizes = new(4, 8, 1, 4096, 4096);
        using UringRing ring = new(sizes);
        using UringBufferRing buffers = new(ring, sizes);
        return (ring.Features & Needed) == Needed && LastOperation(ring) >= UringNative.OpSendZeroCopy;
    }

    private static int LastOperation(UringRing ring)
    {
        // struct io_uring_probe: a header of 16 bytes that begins with the last operation, and 8 bytes for each
        // operation. It lives on this stack frame. The kernel writes it during the call, and requires that it is cleared
        // before.
        const int Size = 16 + (ProbedOperations * 8);
        byte* answer = stackalloc byte[Size];
        NativeMemory.Clear(answer, Size);
        return UringNative.Register(ring.Descriptor, UringNative.RegisterProbe, answer, ProbedOperations) < 0
            ? throw PosixAbi.Linux.LastFailure("io_uring_register(PROBE)")
            : answer[0];
    }

    private static string? Disabled()
    {
        try
        {
            return File.ReadAllText(DisabledFile).Trim();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
