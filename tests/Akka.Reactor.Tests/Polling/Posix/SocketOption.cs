using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

/// <summary>What the kernel says of a socket's options, by Linux's numbers.</summary>
internal static unsafe class SocketOption
{
    internal static int Tcp(nint descriptor, int name) => Get(descriptor, Libc.IPPROTO_TCP, name);

    internal static int Socket(nint descriptor, int name) => Get(descriptor, Libc.SOL_SOCKET, name);

    internal static int Ip6(nint descriptor, int name) => Get(descriptor, Libc.IPPROTO_IPV6, name);

    /// <summary>This process's socket with these two ends.</summary>
    internal static nint Find(EndPoint local, EndPoint remote) =>
        Sockets()
            .Single(descriptor =>
                local.Equals(End(descriptor, peer: false)) && remote.Equals(End(descriptor, peer: true))
            );

    /// <summary>Everything this process has open.</summary>
    internal static IEnumerable<nint> Sockets() =>
        Directory
            .EnumerateFileSystemEntries("/proc/self/fd")
            .Select(path => (nint)int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    /// <summary>-1 for what is no socket.</summary>
    internal static int SendBufferOf(nint descriptor)
    {
        // The kernel writes the value to this stack frame.
        int value = 0;
        uint length = sizeof(int);
        return Libc.GetSockOpt((int)descriptor, Libc.SOL_SOCKET, Libc.SO_SNDBUF, &value, &length) == 0 ? value : -1;
    }

    private static EndPoint? End(nint descriptor, bool peer)
    {
        // The kernel writes the address to this stack frame.
        byte* address = stackalloc byte[SockAddr.MaxSize];
        uint length = SockAddr.MaxSize;
        int result = peer
            ? Libc.GetPeerName((int)descriptor, address, &length)
            : Libc.GetSockName((int)descriptor, address, &length);
        return result == 0 && length is 16 or 28 ? SockAddr.Read(new(address, (int)length)) : null;
    }

    private static int Get(nint descriptor, int level, int name)
    {
        // The kernel writes the value to this stack frame.
        int value = -1;
        uint length = sizeof(int);
        Assert.Equal(0, Libc.GetSockOpt((int)descriptor, level, name, &value, &length));
        return value;
    }
}
