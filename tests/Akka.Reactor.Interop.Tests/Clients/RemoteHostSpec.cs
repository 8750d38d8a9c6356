using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>Connections to a host that is not this one: what loopback has not.</summary>
public sealed class RemoteHostSpec(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create(
        "remote",
        ConfigurationFactory.ParseString("akka.loglevel = OFF")
    );

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate().WaitAsync(Deadline);

    [RootFact("ip")]
    public async Task A_silent_IPv6_address_does_not_hold_up_a_connection_over_IPv4()
    {
        await using RemoteHost remote = await RemoteHost.Create();
        await using HostProcess server = await remote.Start("echo", "--listen", "0.0.0.0:0");
        ConnectOptions options = new()
        {
            ConnectOrder = ConnectOrder.HappyEyeballs,
            NameResolver = new Addresses(remote.Silent, remote.Address4),
        };

        // Once for the compiler.
        await Connect($"tcp://{remote.Address4}:{server.Port("echo")}", options);
        int descriptors = Descriptors();
        long start = Stopwatch.GetTimestamp();
        ConnectionMade made = await Connect($"tcp://both.test:{server.Port("echo")}", options);
        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        output.WriteLine($"connected within {taken.TotalMilliseconds:F0} ms");
        Assert.Equal(remote.Address4, ((IPEndPoint)made.Connection.Remote!).Address);
        Assert.InRange(taken, TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(600));

        // One for the winner; the loser's is closed.
        Assert.True(
            SpinWait.SpinUntil(() => Descriptors() <= descriptors + 1, Deadline),
            $"{Descriptors()} after {descriptors}"
        );
    }

    [RootFact("ip")]
    public async Task Addresses_of_the_link_are_reached_through_the_interface_that_is_named()
    {
        await using RemoteHost remote = await RemoteHost.Create();
        await using HostProcess server = await remote.Start(
            "echo",
            "--listen",
            $"[{remote.LinkLocal}%{remote.Interface}]:0"
        );
        int index = NetworkInterface
            .GetAllNetworkInterfaces()
            .Single(one => string.Equals(one.Name, remote.Interface, StringComparison.Ordinal))
            .GetIPProperties()
            .GetIPv6Properties()
            .Index;
        IPAddress local = new(remote.OwnLinkLocal.GetAddressBytes(), index);
        ConnectionMade made = await Connect(
            $"tcp://[{remote.LinkLocal}%{remote.Interface}]:{server.Port("echo")}",
            new ConnectOptions { LocalAddress = new IPEndPoint(local, 0), NameResolver = new Addresses() }
        );
        Assert.Equal(local, ((IPEndPoint)made.Connection.Local!).Address);
        Assert.Equal(index, ((IPEndPoint)made.Connection.Remote!).Address.ScopeId);
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private Task<ConnectionMade> Connect(string endPoint, ConnectOptions options) =>
        _system.Reactor().Connect(endPoint, Props.Create<DiscardProtocol>(), options).WaitAsync(Deadline);

    private sealed class Addresses(params IPAddress[] all) : INameResolver
    {
        public Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<IPAddress>>(all);
    }
}
