using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// The C library's calls, and Linux's numbers for them. The numbers of other systems are in <see cref="PosixAbi"/>. Every
/// pointer passed is to memory that the caller has fixed for the duration of the call; the kernel keeps none of these
/// pointers.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int ENOENT = 2;
    internal const int EINTR = 4;
    internal const int ENXIO = 6;
    internal const int EBADF = 9;
    internal const int EINVAL = 22;
    internal const int ENOTSOCK = 88;
    internal const int EAGAIN = 11;
    internal const int EACCES = 13;
    internal const int EPERM = 1;
    internal const int ENOMEM = 12;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int EPIPE = 32;
    internal const int EPROTO = 71;
    internal const int EAFNOSUPPORT = 97;
    internal const int EADDRINUSE = 98;
    internal const int EADDRNOTAVAIL = 99;
    internal const int ENETDOWN = 100;
    internal const int ENETUNREACH = 101;
    internal const int ECONNABORTED = 103;
    internal const int ECONNRESET = 104;
    internal const int EOPNOTSUPP = 95;
    internal const int ENOBUFS = 105;
    internal const int ENOTCONN = 107;
    internal const int ETIMEDOUT = 110;
    internal const int ECONNREFUSED = 111;
    internal const int EHOSTDOWN = 112;
    internal const int EHOSTUNREACH = 113;
    internal const int EINPROGRESS = 115;

    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_ERROR = 4;
    internal const int SO_SNDBUF = 7;
    internal const int SO_RCVBUF = 8;
    internal const int SO_KEEPALIVE = 9;
    internal const int SO_LINGER = 13;
    internal const int SO_REUSEPORT = 15;
    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_TCP = 6;
    internal const int TCP_NODELAY = 1;
    internal const int TCP_KEEPIDLE = 4;
    internal const int TCP_KEEPINTVL = 5;
    internal const int TCP_KEEPCNT = 6;
    internal const int TCP_USER_TIMEOUT = 18;
    internal const int IP_BIND_ADDRESS_NO_PORT = 24;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IPV6_V6ONLY = 26;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int SHUT_WR = 1;

    /// <summary>
    /// The request for the number of bytes in the send queue that the peer has not acknowledged (<c>linux/sockios.h</c>).
    /// </summary>
    internal const nuint SIOCOUTQ = 0x5411;

    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;
    internal const uint EPOLLIN = 1;
    internal const uint EPOLLOUT = 4;
    internal const uint EPOLLERR = 8;
    internal const uint EPOLLHUP = 0x10;
    internal const uint EPOLLRDHUP = 0x2000;
    internal const uint EPOLLET = 1u << 31;

    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;
    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;
    internal const short POLLERR = 8;
    internal const short POLLHUP = 0x10;
    internal const short POLLNVAL = 0x20;

    internal const int F_SETFD = 2;
    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const int FD_CLOEXEC = 1;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    // Linux only. The caller owns both memory blocks; the C library uses them during the call only.
    [LibraryImport("libc", EntryPoint = "statx")]
    internal static partial int Statx(int folder, byte* path, int flags, uint mask, byte* result);

    // The caller owns the two numbers; the C library writes them during the call only.
    [LibraryImport("libc", EntryPoint = "getrlimit")]
    internal static partial int GetRLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(int fd, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    internal static partial int Accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "accept", SetLastError = true)]
    internal static partial int Accept(int fd, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSockName(int fd, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "getpeername", SetLastError = true)]
    internal static partial int GetPeerName(int fd, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSockOpt(int fd, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSockOpt(int fd, int level, int name, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int fd, int how);

    // Without O_CREAT, open does not read its third argument, so the convention for variable arguments does not matter.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    // Only Linux has statx. Its structure is the same on every processor; the structure of stat is not.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StatX(int directory, string path, int flags, uint mask, void* status);

    // The mode is narrower on some systems, which then read only its lower half.
    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Chmod(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fd);

    /// <summary>
    /// The reason why this thread's last <see cref="Recv"/>, <see cref="Send"/> or <see cref="EpollWait"/> failed. Read
    /// it directly after the call.
    /// </summary>
    /// <remarks>
    /// These three calls are made for every message, and nearly always succeed. SetLastError would add three calls of the
    /// runtime around each of them, only to keep errno for later. The runtime preserves errno until the calling code
    /// continues.
    /// </remarks>
    internal static int Errno => Marshal.GetLastSystemError();

    [LibraryImport("libc", EntryPoint = "recv")]
    internal static partial nint Recv(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    internal static partial nint Send(int fd, byte* buffer, nuint length, int flags);

    // This is Linux's sendfile. Other systems have a different call of this name.
    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    internal static partial nint SendFile(int socket, int file, long* offset, nuint count);

    // ioctl takes variable arguments, of which this call passes one. Nothing calls it on the system where their
    // convention differs (macOS with Arm64).
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Ioctl(int fd, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int fd, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollFd* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "select", SetLastError = true)]
    internal static partial int Select(int count, ulong* read, ulong* write, ulong* except, TimeVal* timeout);

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    internal static partial int Pipe(int* ends);

    internal static int Fcntl(int fd, int command, nint value) => Fcntl(fd, command, value, 0, 0, 0, 0, 0, value);

    // fcntl takes a variable number of arguments. On every system but one these are passed like any others, and the third
    // argument is the value. On macOS with Arm64 they are passed on the stack, and the ninth argument is the first that
    // goes there.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(
        int fd,
        int command,
        nint value,
        nint unused3,
        nint unused4,
        nint unused5,
        nint unused6,
        nint unused7,
        nint valueOnStack
    );

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate1(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollCtl(int epoll, int operation, int fd, byte* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    internal static partial int EpollWait(int epoll, byte* events, int capacity, int timeoutMilliseconds);

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        internal int Fd;
        internal short Events;
        internal short ReturnedEvents;
    }

    /// <summary>
    /// <c>struct timeval</c> of a 64-bit system. On macOS the second field is an int: the same eight bytes on a
    /// little-endian machine.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeVal
    {
        internal nint Seconds;
        internal nint Microseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Linger
    {
        internal int OnOff;
        internal int Seconds;
    }
}
