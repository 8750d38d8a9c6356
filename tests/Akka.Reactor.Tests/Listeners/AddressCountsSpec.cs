using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Reactor.Listeners;
using Xunit;

namespace Akka.Reactor.Tests.Listeners;

public sealed class AddressCountsSpec
{
    private static readonly IPEndPoint One = new(IPAddress.Parse("192.0.2.1"), 1000);
    private static readonly IPEndPoint OneAgain = new(IPAddress.Parse("192.0.2.1"), 1001);
    private static readonly IPEndPoint Other = new(IPAddress.Parse("2001:db8::1"), 1000);

    private readonly AddressCounts _counts = new(2, 64);

    [Fact]
    public void An_address_has_so_many_connections_whatever_their_ports()
    {
        Assert.True(_counts.TryAdd(One));
        Assert.True(_counts.TryAdd(OneAgain));
        Assert.False(_counts.TryAdd(One));
        Assert.True(_counts.TryAdd(Other));
        _counts.Remove(OneAgain);
        Assert.True(_counts.TryAdd(One));
        Assert.False(_counts.TryAdd(OneAgain));
    }

    [Theory]
    [InlineData(64, "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true)]
    [InlineData(64, "2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData(128, "2001:db8::1", "2001:db8::2", false)]
    [InlineData(128, "2001:db8::1", "2001:db8::1", true)]
    [InlineData(60, "2001:db8::1", "2001:db8:0:f::1", true)]
    [InlineData(60, "2001:db8::1", "2001:db8:0:10::1", false)]
    [InlineData(1, "::1", "7fff::1", true)]
    [InlineData(1, "::1", "8000::1", false)]
    [InlineData(64, "fe80::1%1", "fe80::2%1", true)]
    [InlineData(64, "fe80::1%1", "fe80::1%2", false)]
    [InlineData(1, "192.0.2.1", "192.0.2.2", false)]
    public void IPv6_addresses_count_by_their_network(int prefix, string one, string other, bool together)
    {
        AddressCounts counts = new(1, prefix);
        Assert.True(counts.TryAdd(new IPEndPoint(IPAddress.Parse(one), 1)));
        Assert.Equal(!together, counts.TryAdd(new IPEndPoint(IPAddress.Parse(other), 2)));
        counts.Remove(new IPEndPoint(IPAddress.Parse(together ? other : one), 3));
        Assert.Equal(together ? 0 : 1, counts.Addresses);
    }

    [Fact]
    public void Nothing_is_kept_of_addresses_that_have_none()
    {
        _counts.TryAdd(One);
        _counts.TryAdd(Other);
        _counts.Remove(One);
        _counts.Remove(Other);
        _counts.Remove(Other);
        Assert.Equal(0, _counts.Addresses);
    }

    [Fact]
    public void Who_has_no_address_is_not_counted()
    {
        UnixDomainSocketEndPoint peer = new("/run/peer");
        for (int i = 0; i < 5; i++)
        {
            Assert.True(_counts.TryAdd(peer));
            _counts.Remove(peer);
        }

        Assert.Equal(0, _counts.Addresses);
    }

    [Fact]
    public void Connections_may_end_on_any_thread()
    {
        AddressCounts counts = new(int.MaxValue, 64);
        Parallel.For(
            0,
            4,
            _ =>
            {
                foreach (int i in Enumerable.Range(0, 20_000))
                {
                    Assert.True(counts.TryAdd(i % 2 == 0 ? One : Other));
                }

                foreach (int i in Enumerable.Range(0, 20_000))
                {
                    counts.Remove(i % 2 == 0 ? One : Other);
                }
            }
        );
        Assert.Equal(0, counts.Addresses);
    }
}
