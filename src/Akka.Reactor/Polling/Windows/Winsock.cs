using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// Winsock's calls. Every pointer passed is to memory that the caller has fixed for the duration of the call; the system
/// keeps none of these pointers. A socket is a handle and as wide as a pointer.
/// </summary>
internal static unsafe partial class Winsock
{
    internal const nint INVALID_SOCKET = -1;
    internal const int SOCKET_ERROR = -1;

    internal const int AF_INET = 2;
    internal const int AF_INET6 = 23;
    internal const int SOCK_STREAM = 1;
    internal const int IPPROTO_TCP = 6;
    internal const int TCP_NODELAY = 1;
    internal const int TCP_KEEPIDLE = 3;
    internal const int TCP_KEEPCNT = 16;
    internal const int TCP_KEEPINTVL = 17;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IPV6_V6ONLY = 27;
    internal const int SOL_SOCKET = 0xFFFF;
    internal const int SO_KEEPALIVE = 8;
    internal const int SO_LINGER = 0x80;
    internal const int SO_SNDBUF = 0x1001;
    internal const int SO_RCVBUF = 0x1002;
    internal const int SO_ERROR = 0x1007;
    internal const int SO_EXCLUSIVEADDRUSE = ~4;
    internal const int SD_SEND = 1;
    internal const int MSG_PEEK = 2;
    internal const int FIONBIO = unchecked((int)0x8004_667E);
    internal const uint SIO_BASE_HANDLE = 0x4800_0022;
    internal const uint WSA_FLAG_OVERLAPPED = 1;
    internal const uint WSA_FLAG_NO_HANDLE_INHERIT = 0x80;

    /// <summary>The requested version: 2.2.</summary>
    internal const ushort Version = 0x0202;

    /// <summary>A size in bytes that is enough for a WSADATA on any processor.</summary>
    internal const int DataSize = 512;

    [LibraryImport("ws2_32", EntryPoint = "WSAStartup")]
    internal static partial int Startup(ushort version, byte* data);

    [LibraryImport("ws2_32", EntryPoint = "WSASocketW", SetLastError = true)]
    internal static partial nint Socket(int family, int type, int protocol, void* information, uint group, uint flags);

    [LibraryImport("ws2_32", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(nint socket, byte* address, int length);

    [LibraryImport("ws2_32", EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(nint socket, int backlog);

    [LibraryImport("ws2_32", EntryPoint = "accept", SetLastError = true)]
    internal static partial nint Accept(nint socket, byte* address, int* length);

    [LibraryImport("ws2_32", EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(nint socket, byte* address, int length);

    [LibraryImport("ws2_32", EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSockName(nint socket, byte* address, int* length);

    [LibraryImport("ws2_32", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSockOpt(nint socket, int level, int name, void* value, int length);

    [LibraryImport("ws2_32", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSockOpt(nint socket, int level, int name, void* value, int* length);

    [LibraryImport("ws2_32", EntryPoint = "ioctlsocket", SetLastError = true)]
    internal static partial int IoctlSocket(nint socket, int command, uint* argument);

    [LibraryImport("ws2_32", EntryPoint = "WSAIoctl", SetLastError = true)]
    internal static partial int Ioctl(
        nint socket,
        uint code,
        void* input,
        uint inputLength,
        void* output,
        uint outputLength,
        uint* returned,
        void* overlapped,
        void* completion
    );

    [LibraryImport("ws2_32", EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(nint socket, int how);

    [LibraryImport("ws2_32", EntryPoint = "closesocket", SetLastError = true)]
    internal static partial int CloseSocket(nint socket);

    [LibraryImport("ws2_32", EntryPoint = "recv", SetLastError = true)]
    internal static partial int Recv(nint socket, byte* buffer, int length, int flags);

    [LibraryImport("ws2_32", EntryPoint = "send", SetLastError = true)]
    internal static partial int Send(nint socket, byte* buffer, int length, int flags);

    [StructLayout(LayoutKind.Sequential)]
    internal struct Linger
    {
        internal ushort OnOff;
        internal ushort Seconds;
    }
}
