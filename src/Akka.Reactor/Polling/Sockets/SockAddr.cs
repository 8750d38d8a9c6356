using System;
using System.Net;
using System.Net.Sockets;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>Translates between .NET's end points and the system's <c>struct sockaddr</c>.</summary>
internal static class SockAddr
{
    /// <summary>Large enough for every address used here, including the path of a unix socket.</summary>
    internal const int MaxSize = 128;

    /// <summary>The size of an unnamed unix socket's address, which consists of the family only.</summary>
    internal const int MinSize = 2;

    private static readonly IPEndPoint AnyV4 = new(IPAddress.Any, 0);
    private static readonly IPEndPoint AnyV6 = new(IPAddress.IPv6Any, 0);

    internal static int Write(EndPoint endPoint, Span<byte> destination)
    {
        // .NET keeps a SocketAddress in the platform's own layout. If this layout begins with the length, the kernel sets
        // it from the separate length argument.
        SocketAddress address = endPoint.Serialize();
        address.Buffer.Span[..address.Size].CopyTo(destination);
        return address.Size;
    }

    internal static EndPoint Read(ReadOnlySpan<byte> source)
    {
        // The family given here does not matter: a SocketAddress reads its family from the bytes.
        SocketAddress address = new(AddressFamily.Unspecified, source.Length);
        source.CopyTo(address.Buffer.Span);
        if (address.Family == AddressFamily.Unix)
        {
            // The address of an unnamed socket has nothing after the family, or only zero bytes for a path.
            bool named = source[MinSize..].IndexOfAnyExcept((byte)0) >= 0;
            return named ? UnixFamily.Any.Create(address) : UnnamedEndPoint.Instance;
        }

        bool v6 = address.Family == AddressFamily.InterNetworkV6;
        IPEndPoint endPoint = (IPEndPoint)(v6 ? AnyV6 : AnyV4).Create(address);
        return endPoint.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port)
            : endPoint;
    }

    // Created on first use, because not every system supports unix sockets.
    private static class UnixFamily
    {
        internal static readonly UnixDomainSocketEndPoint Any = new("/");
    }
}
