using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>Whom a listener believes what a PROXY header says.</summary>
public sealed class ProxyReceiverOptionsSpec
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("fd00::/8", "fdff::1", true)]
    [InlineData("fd00::/8", "fe00::1", false)]
    [InlineData("fd00::/8", "10.0.0.1", false)]
    [InlineData("::/0", "10.0.0.1", false)]
    [InlineData("FD00::1", "fd00::1", true)]
    [InlineData("fe80::/10", "fe80::1%2", true)]
    [InlineData("unix", "10.0.0.1", false)]
    public void A_peer_is_trusted_by_its_network(string trusted, string peer, bool expected)
    {
        IPEndPoint endPoint = new(IPAddress.Parse(peer), 4000);
        Assert.Equal(expected, new ProxyReceiverOptions(trusted).Trusts(endPoint));
        Assert.Equal(expected, new ProxyReceiverOptions("192.0.2.0/24", trusted).Trusts(endPoint));
    }

    [Fact]
    public void Peers_of_a_unix_socket_are_trusted_by_name()
    {
        ProxyReceiverOptions options = new("unix");
        Assert.True(options.Trusts(UnnamedEndPoint.Instance));
        Assert.True(options.Trusts(new UnixDomainSocketEndPoint("/run/a")));
        Assert.False(new ProxyReceiverOptions("0.0.0.0/0", "::/0").Trusts(UnnamedEndPoint.Instance));
    }

    [Theory]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10")]
    [InlineData("10.0.0")]
    [InlineData("localhost")]
    [InlineData("")]
    [InlineData("::ffff:10.0.0.0/104")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData(null)]
    public void What_is_no_network_is_refused(string? trusted)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new ProxyReceiverOptions(trusted!));
        Assert.StartsWith(
            $"The list of trusted networks contains {trusted}; ",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Somebody_must_be_trusted()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new ProxyReceiverOptions());
        Assert.StartsWith(
            "The list of trusted networks is missing or empty; ",
            refusal.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentNullException>(() => new ProxyReceiverOptions(trusted: null!));
    }

    [Fact]
    public void The_timeout_is_a_deadline()
    {
        ProxyReceiverOptions options = new("unix");
        Assert.Equal(TimeSpan.FromSeconds(5), options.HeaderTimeout);
        Assert.Equal(
            Timeout.InfiniteTimeSpan,
            (options with { HeaderTimeout = Timeout.InfiniteTimeSpan }).HeaderTimeout
        );
        foreach (TimeSpan wrong in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromSeconds(-1), TimeSpan.FromDays(25)])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => options with { HeaderTimeout = wrong });
        }
    }
}
