using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// The three system calls of io_uring and its structures, as in linux/io_uring.h. The numbers are the same on every
/// architecture. The C library has no functions for these calls, and they need no other library.
/// </summary>
internal static unsafe partial class UringNative
{
    internal const uint SetupCqSize = 1 << 3;
    internal const uint SetupClamp = 1 << 4;
    internal const uint SetupDisabled = 1 << 6;
    internal const uint SetupSubmitAll = 1 << 7;
    internal const uint SetupCoopTaskrun = 1 << 8;
    internal const uint SetupTaskrunFlag = 1 << 9;
    internal const uint SetupSingleIssuer = 1 << 12;
    internal const uint SetupDeferTaskrun = 1 << 13;

    internal const uint FeatureSingleMap = 1 << 0;
    internal const uint FeatureNoDrop = 1 << 1;
    internal const uint FeatureExtArg = 1 << 8;
    internal const uint FeatureSkipCompletion = 1 << 11;

    internal const uint EnterGetEvents = 1;
    internal const uint EnterExtArg = 1 << 3;

    internal const uint SqOverflow = 1 << 1;
    internal const uint SqTaskrun = 1 << 2;

    internal const int RegisterProbe = 8;
    internal const int RegisterEnableRings = 12;
    internal const int RegisterBufferRing = 22;

    internal const byte OpNop = 0;
    internal const byte OpPollAdd = 6;
    internal const byte OpAccept = 13;
    internal const byte OpCancel = 14;
    internal const byte OpSend = 26;
    internal const byte OpReceive = 27;

    /// <summary>
    /// An operation that is not used here. It came with the same kernel as multishot receives, which the kernel reports
    /// in no other way.
    /// </summary>
    internal const byte OpSendZeroCopy = 47;

    internal const byte SqeSelectBuffer = 1 << 5;
    internal const byte SqeSkipSuccess = 1 << 6;

    internal const ushort ReceiveMultishot = 2;
    internal const uint PollMultishot = 1;
    internal const uint CancelAll = 1;
    internal const uint CancelAny = 1 << 2;

    internal const uint CqeBuffer = 1;
    internal const uint CqeMore = 2;

    internal const nint SqRingOffset = 0;
    internal const nint SqesOffset = 0x10000000;

    internal const int ETIME = 62;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int EINVAL = 22;
    internal const int ENOSYS = 38;
    internal const int ECANCELED = 125;

    private const int ProtectReadWrite = 3;
    private const int MapSharedPopulate = 0x8001;

    internal static int Setup(uint entries, UringParams* parameters) =>
        (int)SystemCall(425, (nint)entries, (nint)parameters, 0, 0, 0, 0);

    internal static int Enter(int ring, uint submit, uint complete, uint flags, void* argument, nuint size) =>
        (int)SystemCall(426, ring, (nint)submit, (nint)complete, (nint)flags, (nint)argument, (nint)size);

    internal static int Register(int ring, int operation, void* argument, uint count) =>
        (int)SystemCall(427, ring, operation, (nint)argument, (nint)count, 0, 0);

    /// <summary>Maps a part of the ring's memory; returns null if the system refuses.</summary>
    internal static byte* Map(int ring, nuint length, nint offset)
    {
        nint address = MemoryMap(0, length, ProtectReadWrite, MapSharedPopulate, ring, offset);
        return address == -1 ? null : (byte*)address;
    }

    [LibraryImport("libc", EntryPoint = "munmap")]
    internal static partial int Unmap(byte* address, nuint length);

    // Pointers are to memory that the caller keeps for the duration of the call. The structures say which memory the
    // kernel uses after it.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MemoryMap(nint address, nuint length, int protection, int flags, int fd, nint offset);
}

/// <summary>struct io_uring_params: the requested settings, and the kernel's answer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct UringParams
{
    [FieldOffset(0)]
    internal uint SqEntries;

    [FieldOffset(4)]
    internal uint CqEntries;

    [FieldOffset(8)]
    internal uint Flags;

    [FieldOffset(20)]
    internal uint Features;

    [FieldOffset(40)]
    internal uint SqHead;

    [FieldOffset(44)]
    internal uint SqTail;

    [FieldOffset(56)]
    internal uint SqFlags;

    [FieldOffset(64)]
    internal uint SqArray;

    [FieldOffset(80)]
    internal uint CqHead;

    [FieldOffset(84)]
    internal uint CqTail;

    [FieldOffset(100)]
    internal uint Cqes;
}

/// <summary>
/// struct io_uring_sqe: one request. It lies in memory shared with the kernel, which reads it during io_uring_enter. The
/// memory that <see cref="Address"/> points to must live until the request's completion.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct UringSqe
{
    [FieldOffset(0)]
    internal byte Operation;

    [FieldOffset(1)]
    internal byte Flags;

    [FieldOffset(2)]
    internal ushort Priority;

    [FieldOffset(4)]
    internal int Descriptor;

    [FieldOffset(16)]
    internal ulong Address;

    [FieldOffset(24)]
    internal uint Length;

    [FieldOffset(28)]
    internal uint OperationFlags;

    [FieldOffset(32)]
    internal ulong UserData;

    [FieldOffset(40)]
    internal ushort BufferGroup;
}

/// <summary>struct io_uring_cqe: one completion.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UringCqe
{
    internal ulong UserData;
    internal int Result;
    internal uint Flags;
}

/// <summary>struct io_uring_getevents_arg. The kernel reads it, and the memory it points to, during the call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct UringWaitArgument
{
    internal ulong SignalMask;
    internal uint SignalMaskSize;
    internal uint MinimumWait;
    internal UringTimeSpan* Timeout;
}

/// <summary>struct __kernel_timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UringTimeSpan
{
    internal long Seconds;
    internal long Nanoseconds;
}
