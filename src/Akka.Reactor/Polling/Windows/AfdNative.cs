using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// The calls for completion ports and for the driver of Windows's sockets (AFD), which <c>select</c> and <c>WSAPoll</c>
/// use internally. Every pointer passed is to memory that the caller keeps for the duration of the call. The memory
/// passed to <see cref="NtDeviceIoControlFile"/> must be kept longer: the system writes to it until the completion was
/// posted.
/// </summary>
internal static unsafe partial class AfdNative
{
    internal const int STATUS_SUCCESS = 0;
    internal const int STATUS_PENDING = 0x103;
    internal const int STATUS_TIMEOUT = 0x102;
    internal const int STATUS_CANCELLED = unchecked((int)0xC0000120);

    internal const uint SYNCHRONIZE = 0x0010_0000;
    internal const uint FILE_SHARE_READ = 1;
    internal const uint FILE_SHARE_WRITE = 2;
    internal const uint FILE_OPEN = 1;
    internal const byte FILE_SKIP_SET_EVENT_ON_HANDLE = 2;

    internal const uint IOCTL_AFD_POLL = 0x0001_2024;
    internal const uint AFD_POLL_RECEIVE = 0x001;
    internal const uint AFD_POLL_SEND = 0x004;
    internal const uint AFD_POLL_DISCONNECT = 0x008;
    internal const uint AFD_POLL_ABORT = 0x010;
    internal const uint AFD_POLL_LOCAL_CLOSE = 0x020;
    internal const uint AFD_POLL_ACCEPT = 0x080;
    internal const uint AFD_POLL_CONNECT_FAIL = 0x100;

    /// <summary>The error of GetQueuedCompletionStatusEx when the timeout has passed.</summary>
    internal const int WAIT_TIMEOUT = 258;

    internal const nint INVALID_HANDLE_VALUE = -1;

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial nint CreateIoCompletionPort(nint file, nint port, nuint key, uint threads);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial int GetQueuedCompletionStatusEx(
        nint port,
        OverlappedEntry* entries,
        uint capacity,
        uint* removed,
        uint timeoutMilliseconds,
        int alertable
    );

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial int PostQueuedCompletionStatus(nint port, uint bytes, nuint key, nint overlapped);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial int SetFileCompletionNotificationModes(nint file, byte modes);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial int SetHandleInformation(nint handle, uint mask, uint flags);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial int CloseHandle(nint handle);

    [LibraryImport("ntdll")]
    internal static partial int NtCreateFile(
        nint* file,
        uint access,
        ObjectAttributes* attributes,
        IoStatusBlock* status,
        long* allocationSize,
        uint fileAttributes,
        uint share,
        uint disposition,
        uint options,
        void* extended,
        uint extendedLength
    );

    [LibraryImport("ntdll")]
    internal static partial int NtDeviceIoControlFile(
        nint file,
        nint eventHandle,
        nint apc,
        void* apcContext,
        IoStatusBlock* status,
        uint code,
        void* input,
        uint inputLength,
        void* output,
        uint outputLength
    );

    [LibraryImport("ntdll")]
    internal static partial int NtCancelIoFileEx(nint file, IoStatusBlock* request, IoStatusBlock* status);

    /// <summary>Returns the Windows error number for an NTSTATUS.</summary>
    [LibraryImport("ntdll")]
    internal static partial int RtlNtStatusToDosError(int status);

    /// <summary>An entry that a completion port returns.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OverlappedEntry
    {
        internal nuint Key;

        /// <summary>The ApcContext, for a device request.</summary>
        internal nint Overlapped;
        internal nuint Internal;
        internal uint Bytes;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct IoStatusBlock
    {
        // The field is a union of a status and a pointer. The status is the lower half.
        private readonly nint _status;
        private readonly nuint _information;

        internal readonly int Status => (int)_status;
    }

    /// <summary>AFD_POLL_INFO with room for one socket.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct AfdPollInfo
    {
        internal long Timeout;
        internal uint Handles;
        internal uint Exclusive;
        internal nint Socket;
        internal uint Events;
        internal int Status;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct UnicodeString
    {
        internal ushort Length;
        internal ushort MaximumLength;
        internal char* Buffer;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ObjectAttributes
    {
        internal uint Length;
        internal nint RootDirectory;
        internal UnicodeString* Name;
        internal uint Attributes;
        internal void* SecurityDescriptor;
        internal void* SecurityQualityOfService;
    }
}
