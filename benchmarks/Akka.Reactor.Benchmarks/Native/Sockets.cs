using System;
using System.ComponentModel;
using Akka.Reactor.Benchmarks.Generator;

namespace Akka.Reactor.Benchmarks.Native;

/// <summary>
/// Makes the generator's sockets with the C library alone, because in a churn they are most of the generator's work.
/// </summary>
internal static unsafe class Sockets
{
    private const uint Localhost = 0x7f000001;
    private const int PatienceMilliseconds = 5000;

    /// <summary>
    /// Returns a descriptor that is connected to 127.0.0.1 and non-blocking, with TCP_NODELAY. The caller owns it.
    /// </summary>
    internal static int Connect(LoopbackAddress from, int port)
    {
        int descriptor = Libc.Socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            throw Libc.LastError("socket");
        }

        int one = 1;
        Libc.SockAddrIn local = Libc.SockAddrIn.Of(from.Value, 0);
        Libc.SockAddrIn remote = Libc.SockAddrIn.Of(Localhost, port);

        // Connecting on loopback never waits: the handshake is over when the call returns.
        if (
            Libc.SetSockOpt(descriptor, Libc.IPPROTO_IP, Libc.IP_BIND_ADDRESS_NO_PORT, &one, sizeof(int)) < 0
            || Libc.Bind(descriptor, &local, sizeof(Libc.SockAddrIn)) < 0
            || Libc.Connect(descriptor, &remote, sizeof(Libc.SockAddrIn)) < 0
            || Libc.SetSockOpt(descriptor, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, &one, sizeof(int)) < 0
            || Libc.Fcntl(descriptor, Libc.F_SETFL, Libc.O_NONBLOCK) < 0
        )
        {
            Win32Exception error = Libc.LastError("connect");
            _ = Libc.Close(descriptor);
            throw error;
        }

        return descriptor;
    }

    /// <summary>Waits until there are bytes to receive.</summary>
    /// <exception cref="TimeoutException">Nothing came for 5 s.</exception>
    internal static void AwaitReadable(int descriptor)
    {
        // The structure lives on this stack frame and is used only during the call.
        Libc.PollFd poll = new() { Descriptor = descriptor, Events = Libc.POLLIN };
        if (Libc.Poll(&poll, 1, PatienceMilliseconds) == 0)
        {
            throw new TimeoutException("The server did nothing for 5 s.");
        }
    }
}
