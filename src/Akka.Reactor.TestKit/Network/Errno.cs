using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>The Linux error numbers that the simulated system uses, and their Linux texts.</summary>
internal static class Errno
{
    internal const int EAGAIN = 11;
    internal const int EBADF = 9;
    internal const int EINVAL = 22;
    internal const int EMFILE = 24;
    internal const int EPIPE = 32;
    internal const int EADDRINUSE = 98;
    internal const int EADDRNOTAVAIL = 99;
    internal const int ECONNABORTED = 103;
    internal const int ECONNRESET = 104;
    internal const int ENOTCONN = 107;
    internal const int ECONNREFUSED = 111;
    internal const int EHOSTUNREACH = 113;

    internal static SocketFault ToFault(int errno) =>
        errno switch
        {
            0 => SocketFault.None,
            EAGAIN => SocketFault.WouldBlock,
            EMFILE => SocketFault.OutOfResources,
            EPIPE or ECONNRESET => SocketFault.ConnectionReset,
            EADDRINUSE => SocketFault.AddressInUse,
            EADDRNOTAVAIL => SocketFault.AddressNotAvailable,
            ECONNABORTED => SocketFault.ConnectionAborted,
            ECONNREFUSED => SocketFault.ConnectionRefused,
            ENOTCONN => SocketFault.NotConnected,
            EHOSTUNREACH => SocketFault.Unreachable,
            _ => SocketFault.Other,
        };

    internal static string Describe(int errno) =>
        errno switch
        {
            EAGAIN => "Resource temporarily unavailable",
            EBADF => "Bad file descriptor",
            EINVAL => "Invalid argument",
            EMFILE => "Too many open files",
            EPIPE => "Broken pipe",
            EADDRINUSE => "Address already in use",
            EADDRNOTAVAIL => "Cannot assign requested address",
            ECONNABORTED => "Software caused connection abort",
            ECONNRESET => "Connection reset by peer",
            ENOTCONN => "Transport endpoint is not connected",
            ECONNREFUSED => "Connection refused",
            EHOSTUNREACH => "No route to host",
            _ => $"Error {errno}",
        };

    internal static IoResult Failed(int errno) => IoResult.Failed(ToFault(errno), errno);

    internal static SocketFaultException Exception(string operation, int errno) =>
        new(operation, ToFault(errno), errno, Describe(errno));
}
