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

    private readonly AddressCounts _counts = new(2);

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
        AddressCounts counts = new(int.MaxValue);
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
