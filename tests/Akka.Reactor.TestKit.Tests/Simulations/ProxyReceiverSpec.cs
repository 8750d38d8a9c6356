using System;
using System.Collections.Generic;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.Reactor.Simulated.Tests.Layers;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A listener behind proxies that send PROXY headers, with and without TLS, on virtual time.</summary>
public sealed class ProxyReceiverSpec
{
    private const string Server = "10.0.0.1";
    private const string Proxy = "10.0.0.9";
    private const string Stranger = "10.1.0.9";
    private const string Header = "PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\r\n";

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TlsServerOptions ServerTls = new(TlsSpec.MakeCertificate());

    public static TheoryData<string> Names => [.. ProxyCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_connection_begins_or_ends_alike_however_its_header_is_cut(string name)
    {
        ProxyCase proxied = ProxyCases.All[name];
        using Simulation simulation = new(1);
        List<Seen> seen = [];
        Bound bound = Bind(simulation, seen);
        string address = name == ProxyCases.Untrusted ? Stranger : Proxy;
        foreach (Cutting cutting in ByteFeeder.Cuttings(proxied.Bytes))
        {
            seen.Clear();
            SimulatedPeer peer = simulation.Connect(address, bound.LocalEndPoint);
            foreach (ReadOnlyMemory<byte> part in cutting.Parts)
            {
                peer.Send(part);
                peer.Pause(TimeSpan.FromMilliseconds(1));
            }

            peer.Finish();
            simulation.RunUntil(() => seen is [.., { End: not null }], Most);
            Seen connection = Assert.Single(seen);
            if (proxied.Client is null)
            {
                Assert.Null(connection.Connected);
                Assert.Equal(CloseReason.ProtocolViolation, connection.End!.Reason);
                PeerViolationException failure = Assert.IsType<PeerViolationException>(
                    connection.End.Cause,
                    exactMatch: false
                );
                Assert.Equal(name == ProxyCases.Untrusted, failure is ProxyNotTrustedException);
                Assert.Contains(proxied.Problem, failure.Message, StringComparison.Ordinal);
            }
            else
            {
                ProxyInfo info = connection.Connected!.Proxied!;
                Assert.Equal(IPAddress.Parse(address), ((IPEndPoint)info.RealRemote).Address);
                Assert.Equal(bound.LocalEndPoint, info.RealLocal);
                Assert.Equal(
                    proxied.Client.Length > 0 ? proxied.Client : $"{info.RealRemote} > {info.RealLocal}",
                    $"{connection.Connected.Remote} > {connection.Connected.Local}"
                );
                Assert.Equal(proxied.Behind, connection.Received.ToString());
                Assert.Equal(CloseReason.Requested, connection.End!.Reason);
            }
        }

        simulation.Run(Most);
        Assert.Equal(1, simulation.OpenSockets(Server));
    }

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Under_TLS_the_ClientHello_may_be_glued_to_the_header(EngineStyle style)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            using Simulation simulation = new(
                seed,
                new SimulationOptions
                {
                    Engine = style,
                    Faults = SimulatedFaults.Harmless with { EngineFailure = 0 },
                    Conditions = new NetworkConditions { SegmentSize = seed % 2 == 0 ? 2000 : 1 + (seed * 7) },
                }
            );
            List<Seen> seen = [];
            Bound bound = Bind(simulation, seen, tls: true);
            TlsPeer peer = new(simulation, bound.LocalEndPoint, Proxy, ahead: Header);
            simulation.RunUntil(() => peer.IsOpen, Most);
            peer.Write("hello");
            simulation.RunUntil(() => peer.Received.ToString() == "hello", Most);
            Connected connected = Assert.Single(seen).Connected!;
            Assert.Equal("192.0.2.1:4000 > 192.0.2.2:25", $"{connected.Remote} > {connected.Local}");
            Assert.NotNull(connected.Tls);
            Assert.Equal(ProxyProtocolVersion.V1, connected.Proxied!.Version);
        }
    }

    [Fact]
    public void A_header_must_come_in_time_however_often_the_proxy_says_something()
    {
        using Simulation simulation = new(1);
        List<Seen> seen = [];
        Bound bound = Bind(simulation, seen);
        SimulatedPeer peer = simulation.Connect(Proxy, bound.LocalEndPoint);
        peer.Send(Header, cut: 1, between: Second);
        simulation.RunUntil(() => seen is [{ End: not null }], Most);
        Assert.Equal(CloseReason.TimedOut, seen[0].End!.Reason);
        ProxyHeaderTimeoutException failure = Assert.IsType<ProxyHeaderTimeoutException>(seen[0].End!.Cause);
        Assert.Equal((5 * Second, peer.LocalEndPoint), (failure.Timeout, failure.Proxy));
        Assert.InRange(simulation.Now, 5 * Second, 5.2 * Second);
    }

    [Fact]
    public void After_the_header_there_is_no_more_deadline()
    {
        using Simulation simulation = new(1);
        List<Seen> seen = [];
        Bound bound = Bind(simulation, seen);
        SimulatedPeer peer = simulation.Connect(Proxy, bound.LocalEndPoint);
        peer.Send(Header);
        simulation.Run(20 * Second);
        peer.Send("x");
        simulation.RunUntil(() => peer.ReceivedText == "x", Most);
        Assert.Null(Assert.Single(seen).End);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_end_within_the_header_is_told(bool reset)
    {
        using Simulation simulation = new(1);
        List<Seen> seen = [];
        Bound bound = Bind(simulation, seen);
        SimulatedPeer peer = simulation.Connect(Proxy, bound.LocalEndPoint);
        peer.Send(Header[..10]);
        simulation.Run(Second);
        if (reset)
        {
            peer.Reset();
        }
        else
        {
            peer.Finish();
        }

        simulation.RunUntil(() => seen is [{ End: not null }], Most);
        if (reset)
        {
            Assert.IsType<ConnectionResetException>(seen[0].End!.Cause);
        }
        else
        {
            Assert.Equal(10, Assert.IsType<ProxyHeaderException>(seen[0].End!.Cause).BytesReceived);
        }
    }

    [Fact]
    public void A_connection_without_a_valid_header_costs_that_connection_only()
    {
        using Simulation simulation = new(1);
        List<Seen> seen = [];
        Bound bound = Bind(simulation, seen);
        SimulatedPeer good = simulation.Connect(Proxy, bound.LocalEndPoint);
        good.Send(Header + "a");
        simulation.RunUntil(() => good.ReceivedText == "a", Most);
        SimulatedPeer bad = simulation.Connect(Proxy, bound.LocalEndPoint);
        bad.Send("EHLO x\r\n");
        SimulatedPeer stranger = simulation.Connect(Stranger, bound.LocalEndPoint);
        stranger.Send(Header);
        simulation.RunUntil(() => bad.OtherFinished && stranger.OtherFinished, Most);
        Assert.Equal("", bad.ReceivedText + stranger.ReceivedText);
        good.Send("b");
        simulation.RunUntil(() => good.ReceivedText == "ab", Most);
    }

    [Fact]
    public void A_later_failure_names_the_client()
    {
        using Simulation simulation = new(1);
        List<Seen> seen = [];
        Bound bound = Bind(simulation, seen);
        SimulatedPeer peer = simulation.Connect(Proxy, bound.LocalEndPoint);
        peer.Send(Header);
        simulation.Run(Second);
        peer.Reset();
        simulation.RunUntil(() => seen is [{ End: not null }], Most);
        ConnectionResetException failure = Assert.IsType<ConnectionResetException>(seen[0].End!.Cause);
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:4000"), failure.Remote);
    }

    [Fact]
    public void What_the_proxy_says_besides_is_there_in_bytes()
    {
        using Simulation simulation = new(1);
        List<Seen> seen = [];
        Bound bound = Bind(simulation, seen);
        SimulatedPeer peer = simulation.Connect(Proxy, bound.LocalEndPoint);
        peer.Send(
            ProxyCases.Binary(
                "21 11 0028 C0000201 C0000202 0FA0 0019 01 0002 6832 02 0003 612E62 05 0002 00FF 20 0005 0100000000 E0 0001 07"
            )
        );
        simulation.RunUntil(() => seen is [{ Connected: not null }], Most);
        ProxyInfo info = seen[0].Connected!.Proxied!;
        Assert.Equal("h2", Encoding.ASCII.GetString(info.Alpn!.Value.Span));
        Assert.Equal("a.b", Encoding.ASCII.GetString(info.Authority!.Value.Span));
        Assert.Equal([0x00, 0xFF], info.UniqueId!.Value.ToArray());
        Assert.Equal([1, 0, 0, 0, 0], info.Ssl!.Value.ToArray());
        Assert.Equal([7], info.Find(0xE0)!.Value.ToArray());
        Assert.Null(info.Find(0xE1));
        Assert.Equal(5, info.Tlvs.Count);
    }

    private static Bound Bind(Simulation simulation, List<Seen> seen, bool tls = false)
    {
        Layer receiver = ProxyProtocol.ReceiverLayer(new ProxyReceiverOptions("10.0.0.0/16", "fd00::/8"));
        return simulation.Bind(
            simulation.CreateSystem("server", Server),
            $"{(tls ? "tls" : "tcp")}://{Server}:25",
            Props.Create(() => new Protocol(seen)),
            new ListenerOptions { Layers = [receiver], Tls = tls ? ServerTls : null }
        );
    }

    private sealed class Seen
    {
        internal Connected? Connected { get; set; }

        internal StringBuilder Received { get; } = new();

        internal Closed? End { get; set; }
    }

    /// <summary>Notes what it sees of its connection, and answers with the same bytes.</summary>
    private sealed class Protocol : ProtocolActor
    {
        private readonly Seen _seen = new();

        public Protocol(List<Seen> seen) => seen.Add(_seen);

        protected override void OnConnected() => _seen.Connected = Connection;

        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data)
        {
            _seen.Received.Append(Encoding.Latin1.GetString(data));
            Write(data);
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => _seen.End = closed;

        protected override void OnNotConnected(Closed closed) => _seen.End = closed;
    }
}
