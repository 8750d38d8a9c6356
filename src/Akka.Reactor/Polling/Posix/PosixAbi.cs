using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// The numbers by which one Unix differs from another for the same C call: error numbers, socket options, flags. The
/// numbers that all of them share (EINTR, EBADF, <c>SHUT_WR</c>, the <c>poll</c> masks, the <c>fcntl</c> commands) are in
/// <see cref="Libc"/>.
/// </summary>
/// <remarks>
/// The numbers come from the systems' headers: <c>errno.h</c>, <c>sys/socket.h</c>, <c>netinet/in.h</c>, <c>fcntl.h</c>.
/// A process uses one instance, which <see cref="Platforms"/> chooses. Every instance can be read on every system, which
/// is how they are tested.
/// </remarks>
internal sealed record PosixAbi
{
    internal static readonly PosixAbi Linux = new()
    {
        Name = "Linux",
        AfInet6 = Libc.AF_INET6,
        SolSocket = Libc.SOL_SOCKET,
        SoReuseAddr = Libc.SO_REUSEADDR,
        SoError = Libc.SO_ERROR,
        SoLinger = Libc.SO_LINGER,
        SoNoSigPipe = 0,
        SoSndBuf = Libc.SO_SNDBUF,
        SoRcvBuf = Libc.SO_RCVBUF,
        SoKeepAlive = Libc.SO_KEEPALIVE,
        SoReusePort = Libc.SO_REUSEPORT,
        TcpKeepIdle = Libc.TCP_KEEPIDLE,
        TcpKeepIntvl = Libc.TCP_KEEPINTVL,
        TcpKeepCnt = Libc.TCP_KEEPCNT,
        TcpUserTimeout = Libc.TCP_USER_TIMEOUT,
        IpBindAddressNoPort = Libc.IP_BIND_ADDRESS_NO_PORT,
        Ipv6V6Only = Libc.IPV6_V6ONLY,
        SendFlags = Libc.MSG_NOSIGNAL,
        SocketFlags = Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC,
        ONonBlock = 0x800,
        EAgain = Libc.EAGAIN,
        EInProgress = Libc.EINPROGRESS,
        EProto = Libc.EPROTO,
        EOpNotSupp = Libc.EOPNOTSUPP,
        EAfNoSupport = Libc.EAFNOSUPPORT,
        EAddrInUse = Libc.EADDRINUSE,
        EAddrNotAvail = Libc.EADDRNOTAVAIL,
        ENetDown = Libc.ENETDOWN,
        ENetUnreach = Libc.ENETUNREACH,
        EConnAborted = Libc.ECONNABORTED,
        EConnReset = Libc.ECONNRESET,
        ENoBufs = Libc.ENOBUFS,
        ENotSock = Libc.ENOTSOCK,
        ENotConn = Libc.ENOTCONN,
        ETimedOut = Libc.ETIMEDOUT,
        EConnRefused = Libc.ECONNREFUSED,
        EHostDown = Libc.EHOSTDOWN,
        EHostUnreach = Libc.EHOSTUNREACH,
    };

    /// <summary>The numbers of FreeBSD 12 and later.</summary>
    internal static readonly PosixAbi FreeBsd = new()
    {
        Name = "FreeBSD",
        AfInet6 = 28,
        SolSocket = 0xffff,
        SoReuseAddr = 0x4,
        SoError = 0x1007,
        SoLinger = 0x80,
        SoNoSigPipe = 0,
        SoSndBuf = 0x1001,
        SoRcvBuf = 0x1002,
        SoKeepAlive = 0x8,

        // SO_REUSEPORT_LB: FreeBSD's plain SO_REUSEPORT gives every connection to the socket that came last.
        SoReusePort = 0x10000,
        TcpKeepIdle = 0x100,
        TcpKeepIntvl = 0x200,
        TcpKeepCnt = 0x400,
        TcpUserTimeout = 0,
        IpBindAddressNoPort = 0,
        Ipv6V6Only = 27,
        SendFlags = 0x20000,
        SocketFlags = 0x20000000 | 0x10000000,
        ONonBlock = 0x4,
        EAgain = 35,
        EInProgress = 36,
        EProto = 92,
        EOpNotSupp = 45,
        EAfNoSupport = 47,
        EAddrInUse = 48,
        EAddrNotAvail = 49,
        ENetDown = 50,
        ENetUnreach = 51,
        EConnAborted = 53,
        EConnReset = 54,
        ENoBufs = 55,
        ENotSock = 38,
        ENotConn = 57,
        ETimedOut = 60,
        EConnRefused = 61,
        EHostDown = 64,
        EHostUnreach = 65,
    };

    /// <summary>
    /// macOS and its relatives: FreeBSD's numbers, except for these. macOS has neither <c>accept4</c> nor flags in the
    /// type of <c>socket</c>. A socket option prevents SIGPIPE there instead of a flag.
    /// </summary>
    internal static readonly PosixAbi MacOS = FreeBsd with
    {
        Name = "macOS",
        AfInet6 = 30,
        SoNoSigPipe = 0x1022,
        SoReusePort = 0x200,
        TcpKeepIdle = 0x10,
        TcpKeepIntvl = 0x101,
        TcpKeepCnt = 0x102,
        EOpNotSupp = 102,
        SendFlags = 0,
        SocketFlags = 0,
        EProto = 100,
    };

    internal required string Name { get; init; }

    /// <summary>True if the system has Linux's <c>sendfile</c> and <c>SIOCOUTQ</c>.</summary>
    internal bool IsLinux => string.Equals(Name, "Linux", StringComparison.Ordinal);

    internal required int AfInet6 { get; init; }

    internal required int SolSocket { get; init; }

    internal required int SoReuseAddr { get; init; }

    internal required int SoError { get; init; }

    /// <summary>An option that is used only with a time of 0, because macOS counts the time in ticks.</summary>
    internal required int SoLinger { get; init; }

    /// <summary>The option that prevents SIGPIPE, or 0 if <see cref="SendFlags"/> prevents it.</summary>
    internal required int SoNoSigPipe { get; init; }

    internal required int SoSndBuf { get; init; }

    internal required int SoRcvBuf { get; init; }

    internal required int SoKeepAlive { get; init; }

    /// <summary>
    /// The option that lets several sockets listen at one address. Some systems distribute the connections between them.
    /// </summary>
    internal required int SoReusePort { get; init; }

    /// <summary>The value of this option is in seconds.</summary>
    internal required int TcpKeepIdle { get; init; }

    /// <summary>The value of this option is in seconds.</summary>
    internal required int TcpKeepIntvl { get; init; }

    internal required int TcpKeepCnt { get; init; }

    /// <summary>The value of this option is in milliseconds. Its number is 0 if the system has no such option.</summary>
    internal required int TcpUserTimeout { get; init; }

    /// <summary>The number is 0 if the system has no such option.</summary>
    internal required int IpBindAddressNoPort { get; init; }

    internal required int Ipv6V6Only { get; init; }

    /// <summary>The flags of every send: <c>MSG_NOSIGNAL</c> if the system has it.</summary>
    internal required int SendFlags { get; init; }

    /// <summary>
    /// The flags of <c>socket</c> and <c>accept4</c> that make a new socket non-blocking and close-on-exec. They are 0 if
    /// the system has neither these flags nor <c>accept4</c>; then <see cref="Prepare"/> does it with <c>fcntl</c>.
    /// </summary>
    internal required int SocketFlags { get; init; }

    internal required int ONonBlock { get; init; }

    internal required int EAgain { get; init; }

    internal required int EInProgress { get; init; }

    internal required int EProto { get; init; }

    internal required int EOpNotSupp { get; init; }

    /// <summary>The system has no addresses of this family: IPv6 is switched off.</summary>
    internal required int EAfNoSupport { get; init; }

    internal required int EAddrInUse { get; init; }

    internal required int EAddrNotAvail { get; init; }

    internal required int ENetDown { get; init; }

    internal required int ENetUnreach { get; init; }

    internal required int EConnAborted { get; init; }

    internal required int EConnReset { get; init; }

    internal required int ENoBufs { get; init; }

    internal required int ENotSock { get; init; }

    internal required int ENotConn { get; init; }

    internal required int ETimedOut { get; init; }

    internal required int EConnRefused { get; init; }

    internal required int EHostDown { get; init; }

    internal required int EHostUnreach { get; init; }

    /// <summary>Returns the fault that an error number of this system means.</summary>
    internal SocketFault ToFault(int errno)
    {
        // The most frequent error is checked first.
        if (errno == EAgain)
        {
            return SocketFault.WouldBlock;
        }

        return errno switch
        {
            0 => SocketFault.None,
            Libc.EPIPE => SocketFault.ConnectionReset,
            Libc.EACCES or Libc.EPERM => SocketFault.AccessDenied,
            Libc.EMFILE or Libc.ENFILE or Libc.ENOMEM => SocketFault.OutOfResources,
            Libc.EBADF => SocketFault.Invalid,
            _ when errno == ENotSock => SocketFault.Invalid,
            _ when errno == EConnReset => SocketFault.ConnectionReset,
            _ when errno == EInProgress => SocketFault.InProgress,
            _ when errno == EConnAborted || errno == EProto => SocketFault.ConnectionAborted,
            _ when errno == EConnRefused => SocketFault.ConnectionRefused,
            _ when errno == ETimedOut => SocketFault.TimedOut,
            _ when errno == ENetUnreach || errno == EHostUnreach => SocketFault.Unreachable,
            _ when errno == ENetDown || errno == EHostDown => SocketFault.Unreachable,
            _ when errno == EAddrInUse => SocketFault.AddressInUse,
            _ when errno == EAddrNotAvail || errno == EAfNoSupport => SocketFault.AddressNotAvailable,
            _ when errno == ENoBufs => SocketFault.OutOfResources,
            _ when errno == ENotConn => SocketFault.NotConnected,
            _ => SocketFault.Other,
        };
    }

    /// <summary>Returns the exception for a call that has set <paramref name="errno"/>.</summary>
    internal SocketFaultException Failure(string operation, int errno) =>
        new(operation, ToFault(errno), errno, Marshal.GetPInvokeErrorMessage(errno));

    /// <summary>Returns the exception for this thread's last P/Invoke, which has failed.</summary>
    internal SocketFaultException LastFailure(string operation) => Failure(operation, Marshal.GetLastPInvokeError());

    /// <summary>
    /// Makes a descriptor non-blocking and close-on-exec. Returns false if that fails; the reason is then in errno.
    /// </summary>
    internal bool Prepare(int descriptor)
    {
        int flags = Libc.Fcntl(descriptor, Libc.F_GETFL, 0);
        return flags >= 0
            && Libc.Fcntl(descriptor, Libc.F_SETFL, flags | ONonBlock) >= 0
            && Libc.Fcntl(descriptor, Libc.F_SETFD, Libc.FD_CLOEXEC) >= 0;
    }
}
