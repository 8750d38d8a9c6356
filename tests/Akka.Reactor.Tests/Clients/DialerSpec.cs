using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Reactor.Clients;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Tests.Connections;
using Xunit;

namespace Akka.Reactor.Tests.Clients;

/// <summary>What a dialer makes of the addresses that a name has, and of the time it has for them.</summary>
public sealed class DialerSpec : IAsyncLifetime
{
    private const StringSplitOptions Split = StringSplitOptions.RemoveEmptyEntries;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Who connects to it hears nothing.
    private readonly Socket _silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _backlog = [];
    private readonly ActorSystem _system;
    private Resolver _resolver = (_, _) => Task.FromResult<IPAddress[]>([]);

    public DialerSpec()
    {
        _system = ActorSystem.Create(
            "dialer",
            ActorSystemSetup.Create(
                BootstrapSetup
                    .Create()
                    .WithConfig(ConfigurationFactory.ParseString("akka { loglevel = OFF, reactor.selectors = 1 }")),
                new ReactorSetup(Platforms.Resolve("auto"), TimeProvider.System, ThreadRunner.Instance)
                {
                    Resolver = (host, cancellation) => _resolver(host, cancellation),
                }
            )
        );
    }

    private int Port => ((IPEndPoint)_silent.LocalEndPoint!).Port;

    public async Task InitializeAsync()
    {
        // A listening socket whose backlog is full drops what comes: the client hangs in SYN.
        _silent.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        _silent.Listen(0);
        _backlog.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await _backlog[0].ConnectAsync(_silent.LocalEndPoint!).WaitAsync(Patience);
        _backlog.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
        Assert.ThrowsAny<SocketException>(() => _backlog[1].Connect(_silent.LocalEndPoint!));
    }

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience);
        _backlog.ForEach(socket => socket.Dispose());
        _silent.Dispose();
    }

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
        TaskCompletionSource<IPAddress[]> resolving = new();
        _resolver = (_, _) => resolving.Task;
        Task<ConnectionMade> made = Connect(Timeout.InfiniteTimeSpan);

        // Other messages than its own are behind the deadline that it must not have.
        await Task.WhenAny(made, Task.Delay(300));
        Assert.False(made.IsCompleted);
        resolving.SetResult([IPAddress.Parse("127.0.0.3")]);
        await made.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_resolver_that_is_silent_is_a_timeout_of_its_own()
    {
        _resolver = (_, _) => new TaskCompletionSource<IPAddress[]>().Task;
        DnsTimeoutException failure = await Assert.ThrowsAsync<DnsTimeoutException>(() =>
            Connect(TimeSpan.FromMilliseconds(100))
        );
        Assert.Equal("many.test", failure.Host);
    }

    [Fact]
    public async Task A_resolver_that_throws_at_once_is_a_dns_failure()
    {
        _resolver = (_, _) => throw new InvalidOperationException("on request");
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

    private void Addresses(params string[] addresses) =>
        _resolver = (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse));

    // Sockets of this process on their way to the silent one, or in its backlog.
    private int Connecting()
    {
        string there = string.Create(CultureInfo.InvariantCulture, $"0200007F:{Port:X4}");
        return File.ReadLines("/proc/net/tcp").Count(line => line.Split(' ', Split)[2] == there);
    }

    private Task<Bound> Listen(string address) =>
        _system.Reactor().Bind($"tcp://{address}:{Port}", Props.Create<RecordingProtocol>(ActorRefs.Nobody));

    private async Task<ConnectionMade> Connect(TimeSpan timeout) =>
        await _system
            .Reactor()
            .Connect(
                $"tcp://many.test:{Port}",
                Props.Create<RecordingProtocol>(ActorRefs.Nobody),
                new ConnectOptions { DnsTimeout = timeout, ConnectTimeout = timeout }
            )
            .WaitAsync(Patience);
}
