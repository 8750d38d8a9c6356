using System;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Listeners;

/// <summary>A listener at <c>localhost</c>, which is two addresses. The rest is in the simulation's LocalhostSpec.</summary>
public sealed class LocalhostSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "localhost", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost")]
    public async Task It_listens_at_both_addresses(string host)
    {
        Bound bound = await Bind($"tcp://{host}:0");
        IPEndPoint[] both =
        [
            new IPEndPoint(IPAddress.Loopback, bound.Port),
            new IPEndPoint(IPAddress.IPv6Loopback, bound.Port),
        ];
        Assert.Equal(both, bound.LocalEndPoints);
        Assert.Equal(both[0], bound.LocalEndPoint);
        foreach (IPEndPoint there in both)
        {
            using Peer peer = await Peer.ConnectTo(there);
            Connected connected = (Connected)FishForMessage(m => m is Connected, Patience);
            Assert.Equal((there, peer.Socket.LocalEndPoint), (connected.Local, connected.Remote));
        }

        ListenerStatus status = await bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience);
        Assert.Equal(both, status.LocalEndPoints);
        Assert.Equal(2, status.AcceptedConnections);
        await bound.Listener.Ask<Unbound>(new Unbind(), Patience);
        foreach (IPEndPoint there in both)
        {
            await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => Peer.ConnectTo(there));
        }
    }

    [Fact]
    public async Task A_client_of_localhost_reaches_it()
    {
        Bound bound = await Bind("tcp://localhost:0");
        ConnectionMade made = await Sys.Reactor()
            .Connect($"tcp://localhost:{bound.Port}", Props.Create<RecordingProtocol>(TestActor));
        Assert.Contains(made.Connection.Remote, bound.LocalEndPoints);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task A_port_in_use_at_either_address_is_a_failure_and_leaves_the_other_free(string taken)
    {
        Bound first = await Bind($"tcp://{taken}:0");
        BindException failure = await Assert.ThrowsAsync<BindException>(() => Bind($"tcp://localhost:{first.Port}"));
        Assert.Equal(98, failure.Errno);
        Assert.Contains($"{taken}:{first.Port}: Address already in use", failure.Message, StringComparison.Ordinal);
        string other = new[] { "127.0.0.1", "[::1]" }.Single(address => address != taken);
        Assert.Equal(first.Port, (await Bind($"tcp://{other}:{first.Port}")).Port);
    }

    [Fact]
    public async Task A_crashed_acceptor_goes_on_with_both()
    {
        Bound bound = await Bind("tcp://localhost:0");
        bound.Listener.Tell(Kill.Instance);
        foreach (EndPoint there in bound.LocalEndPoints)
        {
            using Peer peer = await Peer.ConnectTo((IPEndPoint)there);
            FishForMessage(m => m is Connected, Patience);
        }
    }

    private Task<Bound> Bind(string endPoint) =>
        Sys.Reactor().Bind(endPoint, Props.Create<RecordingProtocol>(TestActor));
}
