using System;
using System.Net;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Sockets;

public sealed class SockAddrSpec
{
    [Theory]
    [InlineData("127.0.0.1", 1)]
    [InlineData("0.0.0.0", 0)]
    [InlineData("255.255.255.255", 65535)]
    [InlineData("10.200.3.44", 25)]
    [InlineData("::1", 7000)]
    [InlineData("::", 0)]
    [InlineData("2001:db8:1:2:3:4:5:6", 443)]
    [InlineData("fe80::1%3", 65535)]
    public void An_address_written_is_the_one_read(string address, int port)
    {
        IPEndPoint endPoint = new(IPAddress.Parse(address), port);
        Span<byte> bytes = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.Write(endPoint, bytes);
        Assert.Equal(address.Contains(':', StringComparison.Ordinal) ? 28 : 16, length);
        Assert.Equal(endPoint, SockAddr.Read(bytes[..length]));
    }

    [Fact]
    public void The_layout_is_the_kernels()
    {
        Span<byte> bytes = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.Write(new IPEndPoint(IPAddress.Parse("1.2.3.4"), 0x1122), bytes);
        Assert.Equal([2, 0, 0x11, 0x22, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0], bytes[..length].ToArray());
    }

    [Fact]
    public void An_ipv4_peer_of_a_dual_socket_is_an_ipv4_address()
    {
        IPEndPoint mapped = new(IPAddress.Parse("::ffff:192.0.2.7"), 99);
        Span<byte> bytes = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.Write(mapped, bytes);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 99), SockAddr.Read(bytes[..length]));
    }
}
