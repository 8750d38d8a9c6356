using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>The metrics of bytes, writes and memory.</summary>
public sealed class TrafficMetricsSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static int s_systems;

    private readonly Simulation _simulation = new(
        1,
        new SimulationOptions
        {
            Conditions = new NetworkConditions { SendBuffer = 4096, ReceiveBuffer = 4096 },
        }
    );
    private readonly List<WriteFailed> _failures = [];
    private readonly ActorSystem _system;
    private readonly MetricsProbe _probe;

    public TrafficMetricsSpec()
    {
        string name = $"traffic-{Interlocked.Increment(ref s_systems)}";
        _system = _simulation.CreateSystem(
            name,
            Here,
            ConfigurationFactory.ParseString("akka.reactor { selectors = 2, memory-limit = 512KiB }")
        );
        _probe = new MetricsProbe(name);
    }

    public void Dispose()
    {
        _probe.Dispose();
        _simulation.Dispose();
    }

    [Fact]
    public void Bytes_are_counted_in_both_directions_over_all_loops()
    {
        Bound bound = Listen($"tcp://{Here}:7000");
        Assert.Equal((0, 0), Io());
        SimulatedPeer[] peers =
        [
            .. Enumerable.Range(0, 4).Select(_ => _simulation.Connect("10.0.0.2", bound.LocalEndPoint)),
        ];
        Array.ForEach(peers, peer => peer.Send(new byte[10_000]));
        _simulation.Run(Second);
        Assert.Equal((40_000, 40_000), Io());
        Assert.Equal(40_000, peers.Sum(peer => peer.Received.Length));
    }

    [Fact]
    public void With_TLS_the_bytes_are_those_on_the_network()
    {
        Bound bound = Listen($"tls://{Here}:7001");
        TlsPeer peer = new(_simulation, bound.LocalEndPoint);
        _simulation.Run(Second);
        peer.Write(new string('x', 10_000));
        _simulation.Run(Second);
        Assert.Equal(10_000, peer.Received.Length);
        Assert.Equal(peer.Peer.Received.Length, Io().Sent);
        Assert.InRange(Io().Sent, 10_001, 20_000);
    }

    [Fact]
    public void What_waits_to_be_sent_is_counted_until_it_has_left_or_its_connection_has_ended()
    {
        Bound bound = Listen($"tcp://{Here}:7000");
        SimulatedPeer one = _simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        SimulatedPeer other = _simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        one.StopReading();
        other.StopReading();
        one.Send(new byte[20_000]);
        other.Send(new byte[20_000]);
        _simulation.Run(Second);
        double both = Number("akka.reactor.outbound.queued");
        Assert.InRange(both, 2 * (20_000 - 8192), 2 * 40_000);
        Assert.Equal(_system.Reactor().Memory.Used, Number("akka.reactor.memory.used"));
        other.Reset();
        _simulation.Run(Second);
        Assert.InRange(Number("akka.reactor.outbound.queued"), 20_000 - 8192, both - (20_000 - 8192));
        one.ResumeReading();
        _simulation.Run(Second);
        Assert.Equal(20_000, one.Received.Length);
        Assert.Equal(0, Number("akka.reactor.outbound.queued"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pass")]
    [InlineData("pass pass")]
    [InlineData("tls")]
    public void Every_refused_write_is_counted_once(string layers)
    {
        Bound bound = Listen(
            $"{(layers == "tls" ? "tls" : "tcp")}://{Here}:7000",
            [.. layers.Split(' ').Where(name => name == "pass").Select(PassThrough)]
        );
        SimulatedPeer peer;
        if (layers == "tls")
        {
            TlsPeer secure = new(_simulation, bound.LocalEndPoint);
            _simulation.Run(Second);
            peer = secure.Peer;
            secure.Write("flood");
        }
        else
        {
            peer = _simulation.Connect("10.0.0.2", bound.LocalEndPoint);
            peer.Send("flood");
        }

        peer.StopReading();
        _simulation.Run(Second);
        int refused = _failures.Count(failure => failure.Cause is WriteRefusedException);
        Assert.InRange(refused, 50, 999);
        IReadOnlyList<MetricsProbe.Value> counted = _probe.Of("akka.reactor.writes.refused");
        Assert.Equal(refused, counted.Sum(value => value.Number));
        Assert.All(counted, value => Assert.Equal("echo", value["akka.reactor.listener"]));
    }

    [Fact]
    public void Connections_that_are_ended_for_memory_are_counted()
    {
        Bound bound = Listen($"tcp://{Here}:7000");
        _simulation.Connect("10.0.0.2", bound.LocalEndPoint).Send("keep" + new string('x', 800 * 1024));
        _simulation.Run(Second * 10);
        Assert.Equal(1, _system.Reactor().Memory.ShedConnections);
        Assert.Equal(1, Number("akka.reactor.memory.shed"));
        Assert.Equal(0, Number("akka.reactor.memory.used"));
    }

    private static Layer PassThrough(string name) => new(name, lower => Props.Create<Passing>(lower));

    private (double Received, double Sent) Io()
    {
        IReadOnlyList<MetricsProbe.Value> io = _probe.Observe("akka.reactor.io");
        Assert.Equal(2, io.Count);
        return (Directed("receive"), Directed("transmit"));

        double Directed(string direction) => io.Single(value => value["network.io.direction"] == direction).Number;
    }

    private double Number(string instrument) => Assert.Single(_probe.Observe(instrument)).Number;

    private Bound Listen(string endPoint, params IReadOnlyList<Layer> layers) =>
        _simulation.Bind(
            _system,
            endPoint,
            Props.Create(() => new Echo(_failures)),
            new ListenerOptions
            {
                Name = "echo",
                Layers = layers,
                Tls = new TlsServerOptions(TlsSpec.MakeCertificate()),
                Connection = new ConnectionOptions { MaxUnread = 4 * 1024 * 1024 },
            }
        );

    private sealed class Passing(IActorRef lower) : LayerActor(lower);

    /// <summary>Answers with what it receives; with more than there is room for when it is asked to flood.</summary>
    private sealed class Echo(List<WriteFailed> failures) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            string text = Encoding.Latin1.GetString(data);
            if (text == "flood")
            {
                for (int i = 0; i < 1000; i++)
                {
                    Write(new byte[1000], i);
                }
            }
            else if (text.StartsWith("keep", StringComparison.Ordinal))
            {
                return 0;
            }
            else
            {
                Write(data);
            }

            return data.Length;
        }

        protected override void OnWriteFailed(WriteFailed failure) => failures.Add(failure);

        protected override void OnMessage(object message) { }
    }
}
