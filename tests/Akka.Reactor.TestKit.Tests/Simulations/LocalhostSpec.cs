using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// A listener at <c>localhost</c>: where an address or a port is missing, and that both addresses share the listener's limits.
/// </summary>
public sealed class LocalhostSpec : IDisposable
{
    private const string Here = "10.0.0.1";

    // The first port that a simulated host chooses.
    private const int FirstPort = 32768;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Simulation _simulation = new(1);
    private readonly ActorSystem _system;

    public LocalhostSpec()
    {
        _system = _simulation.CreateSystem("server", Here);
    }

    public void Dispose() => _simulation.Dispose();

    private SimulatedHost Host => _simulation.Network.Host(IPAddress.Parse(Here));

    [Fact]
    public void An_address_that_the_machine_does_not_have_is_left_out_and_logged()
    {
        List<string> lines = [];
        _system.EventStream.Subscribe(_system.ActorOf(Props.Create(() => new Lines(lines))), typeof(Info));
        Host.HasIpv6Loopback = false;
        Bound bound = Bind("tcp://localhost:1");
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 1)], bound.LocalEndPoints);
        SimulatedPeer peer = _simulation.Connect(Here, bound.LocalEndPoint);
        _simulation.Run(Second);
        Assert.Equal("hello", peer.ReceivedText);
        Assert.Contains(
            "127.0.0.1:1 only, because this machine does not have the other address of localhost",
            Assert.Single(lines),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void With_port_0_a_port_is_chosen_that_is_free_at_both_addresses()
    {
        Bind($"tcp://[::1]:{FirstPort}");
        Bind($"tcp://[::1]:{FirstPort + 1}");
        Bound bound = Bind("tcp://localhost:0");
        Assert.Equal(FirstPort + 2, bound.Port);
        Assert.Equal(2, bound.LocalEndPoints.Count);
        Assert.Equal(4, Host.OpenSockets);
    }

    [Fact]
    public void It_gives_up_when_16_ports_were_taken_at_the_other_address()
    {
        for (int i = 0; i < 16; i++)
        {
            Bind($"tcp://[::1]:{FirstPort + i}");
        }

        BindException failure = Assert.Throws<BindException>(() => Bind("tcp://localhost:0"));
        Assert.Contains($"[::1]:{FirstPort + 15}: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(16, Host.OpenSockets);
    }

    [Fact]
    public void Both_addresses_share_the_limit_and_take_turns_at_it()
    {
        Bound bound = Bind("tcp://localhost:1", new ListenerOptions { MaxConnections = 1 });
        SimulatedPeer[] peers =
        [
            .. Enumerable.Range(0, 6).Select(i => _simulation.Connect(Here, bound.LocalEndPoints[i < 3 ? 0 : 1])),
        ];
        List<int> servedAt = [];
        HashSet<SimulatedPeer> served = [];
        while (served.Count < peers.Length)
        {
            _simulation.Run(Second);
            SimulatedPeer next = Assert.Single(peers, peer => peer.ReceivedText == "hello" && !served.Contains(peer));
            served.Add(next);
            servedAt.Add(Array.IndexOf(peers, next) / 3);
            next.Reset();
        }

        Assert.All(servedAt.Zip(servedAt.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    private Bound Bind(string endPoint, ListenerOptions? options = null) =>
        _simulation.Bind(_system, endPoint, Props.Create<Greeter>(), options);

    private sealed class Greeter : ProtocolActor
    {
        protected override void OnConnected() => Write("hello"u8);

        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class Lines(List<string> lines) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            Info line = (Info)message;
            if (line.LogSource.Contains("acceptor", StringComparison.Ordinal))
            {
                lines.Add(line.Message.ToString()!);
            }
        }
    }
}
