using System;
using System.Net;
using System.Net.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>Translates between .NET's end points and the system's <c>struct sockaddr</c>.</summary>
internal static class SockAddr
{
    /// <summary>Large enough for any address we use, a unix path included.</summary>
    internal const int MaxSize = 128;

    /// <summary>An IPv4 address, the shortest we use.</summary>
    internal const int MinSize = 16;

    private static readonly IPEndPoint AnyV4 = new(IPAddress.Any, 0);
    private static readonly IPEndPoint AnyV6 = new(IPAddress.IPv6Any, 0);

    internal static int Write(IPEndPoint endPoint, Span<byte> destination)
    {
        // .NET keeps a SocketAddress in the platform's own layout. Where that begins with its length, the kernel sets it
        // from the length it is given beside.
        SocketAddress address = endPoint.Serialize();
        address.Buffer.Span[..address.Size].CopyTo(destination);
        return address.Size;
    }

    internal static EndPoint Read(ReadOnlySpan<byte> source)
    {
        bool v6 = source.Length >= 28;
        SocketAddress address = new(v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, source.Length);
        source.CopyTo(address.Buffer.Span);
        IPEndPoint endPoint = (IPEndPoint)(v6 ? AnyV6 : AnyV4).Create(address);
        return endPoint.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port)
            : endPoint;
    }
}
