using System;
using System.ComponentModel;
using Akka.Reactor.Benchmarks.Generator;

namespace Akka.Reactor.Benchmarks.Native;

/// <summary>Makes the generator's sockets, by the C library alone: in a churn they are most of its work.</summary>
internal static unsafe class Sockets
{
    private const uint Localhost = 0x7f000001;
    private const int PatienceMilliseconds = 5000;

    /// <summary>A descriptor, the caller's, connected to 127.0.0.1, non-blocking, with TCP_NODELAY.</summary>
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

    /// <summary>Waits until there is something to receive.</summary>
    /// <exception cref="TimeoutException">Nothing came for 5 s.</exception>
    internal static void AwaitReadable(int descriptor)
    {
        // On this stack frame; used during the call only.
        Libc.PollFd poll = new() { Descriptor = descriptor, Events = Libc.POLLIN };
        if (Libc.Poll(&poll, 1, PatienceMilliseconds) == 0)
        {
            throw new TimeoutException("The server did nothing for 5 s.");
        }
    }
}
