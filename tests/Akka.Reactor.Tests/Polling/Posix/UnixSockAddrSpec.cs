using System;
using System.Net.Sockets;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

/// <summary>Addresses that Windows' .NET refuses to make.</summary>
public sealed class UnixSockAddrSpec
{
    [Fact]
    public void A_unix_socket_is_its_path_and_one_without_a_name_says_so()
    {
        UnixDomainSocketEndPoint path = new("/run/some/socket");
        Span<byte> bytes = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.Write(path, bytes);
        Assert.Equal(path, SockAddr.Read(bytes[..length]));
        Assert.Equal([1, 0, (byte)'/', (byte)'r'], bytes[..4].ToArray());

        // As Linux gives it, the family and nothing else; and as the BSDs do, with room that is empty.
        Assert.Same(UnnamedEndPoint.Instance, SockAddr.Read([1, 0]));
        Assert.Same(UnnamedEndPoint.Instance, SockAddr.Read([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Equal(
            ("unix:", AddressFamily.Unix),
            ($"{UnnamedEndPoint.Instance}", UnnamedEndPoint.Instance.AddressFamily)
        );
    }
}
