using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Selectors;
using Akka.Reactor.Tests.Protocols;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Clients.Dial;

/// <summary>What a dialer makes of the addresses that a name has, and of the time it has for them.</summary>
public sealed class DialerSpec : DialerFixture
{
    private const StringSplitOptions Split = StringSplitOptions.RemoveEmptyEntries;

    [Fact]
    public async Task A_silent_address_leaves_time_for_the_next()
    {
        await Listen("127.0.0.3");
        Addresses("127.0.0.2", "127.0.0.3");
        ConnectionMade made = await Connect(TimeSpan.FromSeconds(4));
        Assert.Equal("127.0.0.3", ((IPEndPoint)made.Connection.Remote).Address.ToString());
    }

    [Fact]
    public async Task A_refusal_leaves_its_share_of_the_time_to_the_others()
    {
        await Listen("127.0.0.4");
        Addresses("127.0.0.3", "127.0.0.2", "127.0.0.4");
        ConnectionMade made = await Connect(TimeSpan.FromSeconds(4));
        Assert.Equal("127.0.0.4", ((IPEndPoint)made.Connection.Remote).Address.ToString());
    }

    [Fact]
    public async Task Silence_of_all_is_a_timeout_and_leaves_no_socket()
    {
        Addresses("127.0.0.2", "127.0.0.2", "127.0.0.2");
        await Assert.ThrowsAsync<ConnectTimeoutException>(() => Connect(TimeSpan.FromMilliseconds(300)));
        Assert.True(SpinWait.SpinUntil(() => Connecting() == _backlog.Count, Patience), $"{Connecting()} are left");
    }

    [Fact]
    public async Task The_last_failure_stands()
    {
        Addresses("127.0.0.2", "127.0.0.3");
        ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() =>
            Connect(TimeSpan.FromMilliseconds(600))
        );
        Assert.Equal("127.0.0.3", ((IPEndPoint)refused.Address).Address.ToString());
    }

    [Fact]
    public async Task An_infinite_time_is_no_limit()
    {
        await Listen("127.0.0.3");
        TaskCompletionSource<IReadOnlyList<IPAddress>> resolving = new();
        _resolver.Answer = _ => resolving.Task;
        Task<ConnectionMade> made = Connect(Timeout.InfiniteTimeSpan);

        // Other messages than its own are behind the deadline that it must not have.
        Assert.False(await Pause.EndsWithin(made, TimeSpan.FromMilliseconds(300), "a deadline would end it"));
        resolving.SetResult([IPAddress.Parse("127.0.0.3")]);
        await made.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_resolver_that_is_silent_is_a_timeout_of_its_own()
    {
        _resolver.Answer = _ => new TaskCompletionSource<IReadOnlyList<IPAddress>>().Task;
        DnsTimeoutException failure = await Assert.ThrowsAsync<DnsTimeoutException>(() =>
            Connect(TimeSpan.FromMilliseconds(100))
        );
        Assert.Equal("many.test", failure.Host);
    }

    [Fact]
    public async Task A_resolver_that_throws_at_once_is_a_dns_failure()
    {
        _resolver.Answer = _ => throw new InvalidOperationException("on request");
        DnsException failure = await Assert.ThrowsAsync<DnsException>(() => Connect(TimeSpan.FromSeconds(10)));
        Assert.Contains("on request", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ends_a_connect_from_within_is_told_as_it_is()
    {
        Addresses("127.0.0.2");
        Task<ConnectionMade> made = Connect(Timeout.InfiniteTimeSpan);
        Assert.True(SpinWait.SpinUntil(() => Connecting() > _backlog.Count, Patience));
        _system.ActorSelection("/system/reactor-selectors/selector-0").Tell(PoisonPill.Instance);
        await Assert.ThrowsAsync<SelectorStoppedException>(() => made.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_failure_names_every_address_tried_and_why()
    {
        Addresses("127.0.0.3", "127.0.0.2", "127.0.0.4");
        ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() =>
            Connect(TimeSpan.FromMilliseconds(600))
        );
        Assert.Equal(
            [typeof(ConnectRefusedException), typeof(ConnectTimeoutException), typeof(ConnectRefusedException)],
            refused.Attempts.Select(attempt => attempt.Cause.GetType())
        );
        Assert.Equal(
            $"tcp://many.test:{Port}: could not connect to any address: 127.0.0.3:{Port} refused the connection (errno 111); "
                + $"127.0.0.2:{Port} did not answer in time; 127.0.0.4:{Port} refused the connection (errno 111).",
            refused.Message
        );
    }

    [Fact]
    public async Task A_name_without_an_address_is_a_dns_failure()
    {
        DnsException failure = await Assert.ThrowsAsync<DnsException>(() => Connect(TimeSpan.FromSeconds(10)));
        Assert.Contains("the host has no address", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolver_that_says_by_itself_that_it_is_a_dns_failure_is_not_put_in_another_one()
    {
        DnsException own = new("many.test", "not today");
        _resolver.Answer = _ => Task.FromException<IReadOnlyList<IPAddress>>(own);
        Assert.Same(own, await Assert.ThrowsAsync<DnsException>(() => Connect(TimeSpan.FromSeconds(10))));
    }

    [Fact]
    public async Task Nobody_waits_for_a_resolver_that_was_given_up()
    {
        _resolver.Answer = _ => new TaskCompletionSource<IReadOnlyList<IPAddress>>().Task;
        await Assert.ThrowsAsync<DnsTimeoutException>(() => Connect(TimeSpan.FromMilliseconds(100)));
        Assert.True(SpinWait.SpinUntil(() => _resolver.Cancellation.IsCancellationRequested, Patience));
    }

    [Fact]
    public async Task Side_by_side_a_silent_address_costs_a_quarter_of_a_second()
    {
        await Listen("127.0.0.3");
        Addresses("127.0.0.2", "127.0.0.3");
        long taken = long.MaxValue;
        // One may be held up by whatever else the machine does. Not every one.
        for (int round = 0; round < 5 && taken > 600; round++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            ConnectionMade made = await Connect(
                new ConnectOptions
                {
                    ConnectOrder = ConnectOrder.HappyEyeballs,
                    ConnectTimeout = TimeSpan.FromSeconds(10),
                }
            );
            taken = watch.ElapsedMilliseconds;
            Assert.True(taken >= 200, $"{taken} ms");
            Assert.Equal("127.0.0.3", ((IPEndPoint)made.Connection.Remote).Address.ToString());
        }
        Assert.InRange(taken, 200, 600);
        Assert.True(SpinWait.SpinUntil(() => Connecting() == _backlog.Count, Patience), $"{Connecting()} are left");
    }

    [Theory]
    [InlineData("127.0.0.9", 0)]
    [InlineData("127.0.0.9", 47_123)]
    public async Task It_connects_from_the_address_it_was_given(string address, int port)
    {
        await Listen("127.0.0.3");
        Addresses("::1", "127.0.0.3");
        ConnectionMade made = await Connect(
            new ConnectOptions { LocalAddress = new IPEndPoint(IPAddress.Parse(address), port) }
        );
        IPEndPoint local = Assert.IsType<IPEndPoint>(made.Connection.Local);
        Assert.Equal(address, local.Address.ToString());
        Assert.True(port == 0 ? local.Port > 0 : local.Port == port, $"{local}");
    }

    [Fact]
    public async Task An_address_that_is_not_ours_cannot_be_connected_from()
    {
        Addresses("127.0.0.3");
        ConnectException failure = await Assert.ThrowsAsync<ConnectException>(() =>
            Connect(new ConnectOptions { LocalAddress = IPEndPoint.Parse("192.0.2.77:0") })
        );
        Assert.Equal(99, failure.Errno);
    }

    [Fact]
    public async Task A_name_with_addresses_of_the_other_family_only_cannot_be_reached()
    {
        Addresses("127.0.0.3");
        DnsException failure = await Assert.ThrowsAsync<DnsException>(() =>
            Connect(new ConnectOptions { LocalAddress = IPEndPoint.Parse("[::1]:0") })
        );
        Assert.Contains("no address that can be reached from [::1]:0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_are_not_asked_for()
    {
        await Listen("127.0.0.3");
        foreach (string host in (string[])["127.0.0.3", "[::ffff:127.0.0.3]"])
        {
            await _system
                .Reactor()
                .Connect($"tcp://{host}:{Port}", Props.Create<RecordingProtocol>(ActorRefs.Nobody))
                .WaitAsync(Patience);
        }

        Assert.Equal(0, _resolver.Asked);
    }

    [Fact]
    public async Task A_name_behind_a_proxy_is_not_asked_for_here()
    {
        await Listen("127.0.0.3");
        await Assert.ThrowsAsync<ProxyTimeoutException>(() =>
            Connect(
                new ConnectOptions
                {
                    Proxies = [new Proxy(ProxyKind.HttpConnect, "127.0.0.3", Port)],
                    HandshakeTimeout = TimeSpan.FromMilliseconds(200),
                }
            )
        );
        Assert.Equal(0, _resolver.Asked);
    }

    [Theory]
    [InlineData(200, 60_000)]
    [InlineData(60_000, 200)]
    public async Task A_proxy_s_own_timeout_wins_over_that_of_the_connect(int ofTheConnect, int ofTheProxy)
    {
        await Listen("127.0.0.3");
        Proxy proxy = new(ProxyKind.Socks5, "127.0.0.3", Port)
        {
            HandshakeTimeout = TimeSpan.FromMilliseconds(ofTheProxy),
        };
        Task<ConnectionMade> connecting = Connect(
            new ConnectOptions { Proxies = [proxy], HandshakeTimeout = TimeSpan.FromMilliseconds(ofTheConnect) }
        );
        if (ofTheProxy < ofTheConnect)
        {
            ProxyTimeoutException failure = await Assert.ThrowsAsync<ProxyTimeoutException>(() => connecting);
            Assert.Equal(proxy.HandshakeTimeout, failure.Timeout);
        }
        else
        {
            await Assert.ThrowsAsync<TimeoutException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(1)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_time_that_is_none_is_refused(int seconds)
    {
        ReactorConfigurationException refusal = await Assert.ThrowsAsync<ReactorConfigurationException>(() =>
            Connect(TimeSpan.FromSeconds(seconds))
        );
        Assert.Equal("dns-timeout", refusal.Path);
        Assert.Contains("infinite", refusal.Message, StringComparison.Ordinal);
    }

    // Sockets of this process on their way to the silent one, or in its backlog.
    private int Connecting()
    {
        string there = string.Create(CultureInfo.InvariantCulture, $"0200007F:{Port:X4}");
        return File.ReadLines("/proc/net/tcp").Count(line => line.Split(' ', Split)[2] == there);
    }
}
