using System;
using System.Net;
using System.Net.Sockets;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>Translates between .NET's end points and the system's <c>struct sockaddr</c>.</summary>
internal static class SockAddr
{
    /// <summary>Large enough for any address we use, a unix path included.</summary>
    internal const int MaxSize = 128;

    /// <summary>A unix socket without a name: its family and nothing else.</summary>
    internal const int MinSize = 2;

    private static readonly IPEndPoint AnyV4 = new(IPAddress.Any, 0);
    private static readonly IPEndPoint AnyV6 = new(IPAddress.IPv6Any, 0);

    internal static int Write(EndPoint endPoint, Span<byte> destination)
    {
        // .NET keeps a SocketAddress in the platform's own layout. Where that begins with its length, the kernel sets it
        // from the length it is given beside.
        SocketAddress address = endPoint.Serialize();
        address.Buffer.Span[..address.Size].CopyTo(destination);
        return address.Size;
    }

    internal static EndPoint Read(ReadOnlySpan<byte> source)
    {
        // Made for any family: it reads its own out of the bytes.
        SocketAddress address = new(AddressFamily.Unspecified, source.Length);
        source.CopyTo(address.Buffer.Span);
        if (address.Family == AddressFamily.Unix)
        {
            // Nothing behind the family, or nothing but room for a path.
            bool named = source[MinSize..].IndexOfAnyExcept((byte)0) >= 0;
            return named ? UnixFamily.Any.Create(address) : UnnamedEndPoint.Instance;
        }

        bool v6 = address.Family == AddressFamily.InterNetworkV6;
        IPEndPoint endPoint = (IPEndPoint)(v6 ? AnyV6 : AnyV4).Create(address);
        return endPoint.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port)
            : endPoint;
    }

    // Made when it is first needed: not every system can.
    private static class UnixFamily
    {
        internal static readonly UnixDomainSocketEndPoint Any = new("/");
    }
}
