using System;
using System.Buffers.Binary;
using Akka.Reactor.Polling.Posix;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// Counts the descriptors of the process without opening one: since Linux 6.2 the size of <c>/proc/self/fd</c> is their number. To open
/// some and to count these is no substitute. While they are open, another thread may find none, and if the runtime needs one then to
/// load code, that code fails for good.
/// </summary>
internal static unsafe class OpenDescriptors
{
    private const int AtCurrentDirectory = -100;
    private const uint WantsSize = 0x200;
    private const int StatxSize = 256;
    private const int SizeOffset = 40;
    private const int LimitOfDescriptors = 7;

    private static ReadOnlySpan<byte> Folder => "/proc/self/fd\0"u8;

    /// <summary>The number of descriptors that the process may still open, or -1: another system, an older kernel, no /proc.</summary>
    internal static int Free()
    {
        try
        {
            return Count() is > 0 and var open && Limit() is { } limit
                ? (int)Math.Clamp(limit - open, 0, int.MaxValue)
                : -1;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without statx.
            return -1;
        }
    }

    // The memory is on the stack; the kernel writes to it during the call only.
    private static long Count()
    {
        byte* result = stackalloc byte[StatxSize];
        fixed (byte* folder = Folder)
        {
            return Libc.Statx(AtCurrentDirectory, folder, 0, WantsSize, result) == 0
                ? BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(result + SizeOffset, sizeof(long)))
                : 0;
        }
    }

    private static long? Limit()
    {
        ulong* limits = stackalloc ulong[2];
        return Libc.GetRLimit(LimitOfDescriptors, limits) == 0 ? (long)Math.Min(limits[0], long.MaxValue) : null;
    }
}
