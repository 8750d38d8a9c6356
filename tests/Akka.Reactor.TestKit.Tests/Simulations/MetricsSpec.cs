using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>The metrics of connections: what is counted, once each, and under which attributes.</summary>
public sealed class MetricsSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string Duration = "akka.reactor.connection.duration";
    private const string Active = "akka.reactor.connections.active";
    private const string EndReason = "akka.reactor.connection.end_reason";
    private const int Rounds = 20;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static int s_systems;

    // The names are API.
    private static readonly Dictionary<string, CloseReason> Reasons = new(StringComparer.Ordinal)
    {
        ["requested"] = CloseReason.Requested,
        ["aborted"] = CloseReason.Aborted,
        ["peer-finished"] = CloseReason.PeerFinished,
        ["reset"] = CloseReason.Reset,
        ["truncated"] = CloseReason.Truncated,
        ["timed-out"] = CloseReason.TimedOut,
        ["protocol-violation"] = CloseReason.ProtocolViolation,
        ["shed"] = CloseReason.Shed,
        ["failed"] = CloseReason.Failed,
    };

    private readonly Simulation _simulation = new(1);
    private readonly List<Closed> _ends = [];
    private readonly ActorSystem _system;
    private readonly MetricsProbe _probe;

    public MetricsSpec()
    {
        // Other tests have reactors in the same process, so the name is unique.
        string name = $"metrics-{Interlocked.Increment(ref s_systems)}";
        _system = _simulation.CreateSystem(
            name,
            Here,
            ConfigurationFactory.ParseString("akka.reactor.memory-limit = 512KiB")
        );
        _probe = new MetricsProbe(name);
    }

    public void Dispose()
    {
        _probe.Dispose();
        _simulation.Dispose();
    }

    [Fact]
    public void For_every_reason_of_an_end_the_count_is_that_of_the_protocols_with_and_without_layers()
    {
        Bound clear = Listen("clear", $"tcp://{Here}:7000");
        Bound secure = Listen("secure", $"tls://{Here}:7001");
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string command in (string[])["close", "abort", "violate", "fail", "crash", "tls-crash"])
            {
                _simulation.Connect("10.0.0.2", clear.LocalEndPoint).Send(command);
            }

            _simulation.Connect("10.0.0.2", clear.LocalEndPoint).Finish();
            SimulatedPeer resetting = _simulation.Connect("10.0.0.2", clear.LocalEndPoint);
            TlsPeer closing = new(_simulation, secure.LocalEndPoint);
            TlsPeer truncating = new(_simulation, secure.LocalEndPoint);
            _simulation.Connect("10.0.0.2", secure.LocalEndPoint).Send(new string('x', 100));
            _simulation.Connect("10.0.0.2", secure.LocalEndPoint).Finish();
            _simulation.Connect("10.0.0.2", secure.LocalEndPoint).Reset();
            _simulation.Run(TimeSpan.FromMilliseconds(100));
            resetting.Reset();
            closing.Write("close");
            truncating.Peer.Finish();
            _simulation.Run(TimeSpan.FromMilliseconds(100));
        }

        // One that says nothing is idle for too long, and one that holds too much is ended.
        _simulation.Connect("10.0.0.2", clear.LocalEndPoint);
        _simulation.Connect("10.0.0.2", clear.LocalEndPoint).Send(new byte[800 * 1024]);
        _simulation.Run(TimeSpan.FromMinutes(2));
        IReadOnlyList<MetricsProbe.Value> measured = _probe.Of(Duration);
        Assert.Equal((13 * Rounds) + 2, measured.Count);
        Assert.Equal(
            _ends.GroupBy(end => end.Reason).Select(group => (group.Key, group.Count())).OrderBy(count => count.Key),
            measured
                .GroupBy(value => Reasons[value[EndReason]!])
                .Select(group => (group.Key, group.Count()))
                .OrderBy(count => count.Key)
        );
        Assert.Equal(Reasons.Values.Order(), _ends.Select(end => end.Reason).Distinct().Order());
        Assert.Equal(
            _ends.Select(end => end.Cause?.FailureClass.Name ?? "").Order(StringComparer.Ordinal),
            measured.Select(value => value["error.type"] ?? "").Order(StringComparer.Ordinal)
        );
        Assert.All(_probe.Observe(Active), value => Assert.Equal(0, value.Number));
        Assert.Equal(2 * Rounds, measured.Count(value => value["tls.protocol.version"] is not null));
    }

    [Fact]
    public void An_end_has_the_attributes_of_its_connection_and_the_time_that_it_lasted()
    {
        Bound bound = Listen("clear", $"tcp://{Here}:7000");
        SimulatedPeer peer = _simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        _simulation.Run(Second * 10);
        peer.Send("violate");
        _simulation.Run(Second);
        MetricsProbe.Value value = Assert.Single(_probe.Of(Duration));
        Assert.InRange(value.Number, 9.9, 10.2);
        Assert.Equal(
            $"{EndReason}=protocol-violation akka.reactor.listener=clear akka.reactor.system={_system.Name} "
                + "error.type=protocol-violation network.transport=tcp network.type=ipv4 "
                + $"server.address={Here} server.port=7000",
            value.Text
        );
    }

    [Fact]
    public void Open_connections_are_right_also_for_a_listener_who_comes_late_and_end_with_their_origin()
    {
        Bound bound = Listen("clear", $"tcp://{Here}:7000");
        SimulatedPeer[] peers =
        [
            .. Enumerable.Range(0, 3).Select(_ => _simulation.Connect("10.0.0.2", bound.LocalEndPoint)),
        ];
        ClientStarted client = StartClient("upstream", $"tcp://{Here}:7000");
        Connect($"tcp://{Here}:7000");
        _simulation.Run(Second);
        using MetricsProbe late = new(_system.Name);
        Assert.Equal(
            [
                $"1 akka.reactor.client=upstream akka.reactor.system={_system.Name} network.transport=tcp server.address={Here} server.port=7000",
                $"1 akka.reactor.system={_system.Name} network.transport=tcp",
                $"5 akka.reactor.listener=clear akka.reactor.system={_system.Name} network.transport=tcp server.address={Here} server.port=7000",
            ],
            Open(late)
        );
        peers[0].Send("close");
        client.Client.Tell(new Close());
        _simulation.Run(Second);
        Assert.Equal(
            [
                $"1 akka.reactor.system={_system.Name} network.transport=tcp",
                $"3 akka.reactor.listener=clear akka.reactor.system={_system.Name} network.transport=tcp server.address={Here} server.port=7000",
            ],
            Open(late)
        );

        // A listener that has ended is reported as long as it has connections, also if a new one has its name.
        bound.Listener.Tell(PoisonPill.Instance);
        _simulation.Run(Second);
        Assert.Equal(["0"], Open(late).Select(line => line.Split(' ')[0]), StringComparer.Ordinal);
        Listen("clear", $"tcp://{Here}:7000");
        _simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        _simulation.Run(Second);
        Assert.Equal(["0", "1"], Open(late).Select(line => line.Split(' ')[0]), StringComparer.Ordinal);
    }

    [Fact]
    public void Connections_that_a_listener_refuses_are_counted_with_the_reason_and_are_not_among_the_others()
    {
        Bound bound = Listen("few", $"tcp://{Here}:7000", perAddress: 1);
        SimulatedPeer[] peers =
        [
            .. Enumerable.Range(0, 3).Select(_ => _simulation.Connect("10.0.0.2", bound.LocalEndPoint)),
        ];
        _simulation.Run(Second);
        Assert.Equal(2, peers.Count(peer => peer.WasReset));
        IReadOnlyList<MetricsProbe.Value> rejected = _probe.Of("akka.reactor.connections.rejected");
        Assert.Equal(2, rejected.Sum(value => value.Number));
        Assert.All(rejected, value => Assert.Equal("max-connections-per-address", value["reason"]));
        Assert.All(rejected, value => Assert.Equal("few", value["akka.reactor.listener"]));
        Assert.Equal(1, Assert.Single(_probe.Observe(Active)).Number);
        Assert.Empty(_probe.Of(Duration));
    }

    [Fact]
    public void Attempts_to_connect_are_measured_with_the_class_of_their_failure()
    {
        Listen("clear", $"tcp://{Here}:7000");
        _simulation.SetName("here", Here);
        Connect($"tcp://{Here}:7000");
        Connect("tcp://here:7000");
        Assert.Throws<ConnectRefusedException>(() => Connect($"tcp://{Here}:9"));
        Assert.Throws<DnsException>(() => Connect("tcp://nowhere:7000"));
        StartClient("upstream", $"tcp://{Here}:7000");
        _simulation.Run(Second);
        Assert.Equal(
            ["", "", "", "connect-refused", "dns"],
            _probe
                .Of("akka.reactor.connect.duration")
                .Select(value => value["error.type"] ?? "")
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        Assert.Equal(
            [null, null, null, null, "upstream"],
            _probe.Of("akka.reactor.connect.duration").Select(value => value["akka.reactor.client"]),
            StringComparer.Ordinal
        );
    }

    [Fact]
    public void An_idle_reactor_records_nothing()
    {
        Bound bound = Listen("clear", $"tcp://{Here}:7000");
        _simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        StartClient("upstream", $"tcp://{Here}:7000");
        _simulation.Run(Second);
        int before = _probe.Recorded.Count;
        _simulation.Run(Second * 30);
        Assert.Equal(before, _probe.Recorded.Count);
    }

    private void Connect(string endPoint) =>
        _simulation.Await(() => _system.Reactor().Connect(endPoint, Props.Create(() => new Ender(_ends))));

    private static string[] Open(MetricsProbe probe) =>
        [
            .. probe
                .Observe(Active)
                .Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Number} {value.Text}"))
                .Order(StringComparer.Ordinal),
        ];

    private Bound Listen(string name, string endPoint, int? perAddress = null) =>
        _simulation.Bind(
            _system,
            endPoint,
            Props.Create(() => new Ender(_ends)),
            new ListenerOptions
            {
                Name = name,
                Tls = new TlsServerOptions(TlsSpec.MakeCertificate()),
                MaxConnectionsPerAddress = perAddress,
                Connection = new ConnectionOptions
                {
                    IdleTimeout = TimeSpan.FromMinutes(1),
                    MaxUnread = 4 * 1024 * 1024,
                },
            }
        );

    private ClientStarted StartClient(string name, params string[] endPoints) =>
        _simulation.Await(() =>
            _system
                .Reactor()
                .StartClient(new ClientOptions(endPoints, Props.Create(() => new Ender(_ends))) { Name = name })
        );

    /// <summary>Ends its connection as its peer says, and notes the end.</summary>
    private sealed class Ender(List<Closed> ends) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            switch (data.Length > 20 ? "" : Encoding.Latin1.GetString(data))
            {
                case "close":
                    Close();
                    break;
                case "abort":
                    Abort();
                    break;
                case "violate":
                    Abort(new PeerViolationException("It asked for it."));
                    break;
                case "fail":
                    Abort(new ConnectionResetException(new IPEndPoint(IPAddress.Loopback, 1), 0, "as asked"));
                    break;
                case "crash":
                    throw new InvalidOperationException("As asked.");
                case "tls-crash":
                    StartTls();
                    throw new InvalidOperationException("As asked.");
                default:
                    return 0;
            }

            return data.Length;
        }

        // Both sides have finished then, and neither has closed.
        protected override void OnPeerFinished() => CloseWrite();

        protected override void OnClosed(Closed closed) => ends.Add(closed);

        protected override void OnNotConnected(Closed closed) => ends.Add(closed);
    }
}
