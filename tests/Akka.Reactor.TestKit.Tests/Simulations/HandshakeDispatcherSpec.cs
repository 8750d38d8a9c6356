using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// Handshakes on a dispatcher of their own: the order of bytes holds, whatever happens while a step is out, and every end is right.
/// </summary>
public sealed class HandshakeDispatcherSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);
    private static readonly TlsServerOptions ServerTls = new(TlsSpec.MakeCertificate());

    private readonly Simulation _simulation = new(1);
    private readonly List<IActorRef> _protocols = [];
    private readonly StringBuilder _received = new();
    private readonly List<object> _events = [];
    private List<string> _ends = [];

    public void Dispose() => _simulation.Dispose();

    // Both sides have a dispatcher that takes its turn at random, in a network that cuts and delays everything.
    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Bytes_keep_their_order_in_any_network(EngineStyle style)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            using Simulation simulation = new(
                seed,
                new SimulationOptions
                {
                    Engine = style,
                    Faults = SimulatedFaults.Harmless with { EngineFailure = 0 },
                    Conditions = new NetworkConditions
                    {
                        SendBuffer = 3000,
                        ReceiveBuffer = 3000,
                        SegmentSize = 1 + (seed * 37 % 600),
                    },
                }
            );
            string text = new('x', 9_000);
            Witness server = new(simulation) { OnReceived = (protocol, data) => protocol.Write(data) };
            Witness client = new(simulation)
            {
                OnConnected = protocol =>
                {
                    protocol.Write(text);
                    protocol.Write("end");
                },
                OnReceived = (protocol, _) =>
                {
                    if (protocol.Received == text.Length + 3)
                    {
                        protocol.Close();
                    }
                },
            };
            const string onDispatcher = "akka.reactor.tls.handshake-dispatcher = \"akka.actor.default-dispatcher\"";
            ActorSystem system = simulation.CreateSystem(
                "server",
                Here,
                ConfigurationFactory.ParseString(onDispatcher)
            );
            ActorSystem other = simulation.CreateSystem(
                "client",
                There,
                ConfigurationFactory.ParseString(onDispatcher)
            );
            simulation.Bind(system, $"tls://{Here}:465", server.Props, new ListenerOptions { Tls = ServerTls });
            simulation.Await(() =>
                other
                    .Reactor()
                    .Connect(
                        $"tls://{Here}:465",
                        client.Props,
                        new ConnectOptions
                        {
                            Tls = new TlsClientOptions("server.test") { Verify = TlsVerification.NoneDangerous },
                        }
                    )
            );
            simulation.RunUntil(() => server.Ends.Count + client.Ends.Count == 2, Most);
            Assert.Equal(text + "end", client.Received.ToString());
            Assert.Equal(CloseReason.Requested, client.Ends[0].Reason);
            Assert.Equal(CloseReason.Requested, server.Ends[0].Reason);
            Assert.Equal(0, simulation.OpenSockets(There));
        }
    }

    [Fact]
    public void Nothing_of_the_handshake_happens_on_the_loop()
    {
        TlsPeer peer = new(_simulation, Serve("tls").LocalEndPoint);
        Run();
        Assert.Equal(1, HeldDispatcher.Count);
        Assert.Equal(0, peer.Peer.Received.Length);
        Step();
        Assert.True(peer.IsOpen);
        Assert.Equal(1, HeldDispatcher.Count);
        Assert.Empty(_events);
        Step();
        Assert.Equal(["connected"], _events);

        // The records stay on the loop.
        peer.Write("hello");
        Run();
        Assert.Equal("hello", peer.Received.ToString());
        Assert.Equal(0, HeldDispatcher.Count);
    }

    [Fact]
    public void What_the_peer_sends_meanwhile_comes_after_the_handshake_and_in_order()
    {
        TlsPeer peer = new(_simulation, Serve("tls").LocalEndPoint) { Keeps = true };
        Run();
        Step();

        // With the Finished in one segment, and in further segments while the step is out.
        peer.Write("a");
        peer.Release();
        Run();
        peer.Write("b");
        Run();
        peer.Write("c");
        Run();
        Assert.Empty(_events);
        Step();
        Assert.Equal("abc", _received.ToString());
        Assert.Equal("abc", peer.Received.ToString());
    }

    [Fact]
    public void What_is_written_meanwhile_leaves_in_order_and_is_acknowledged_once()
    {
        (TlsPeer peer, IActorRef protocol) = StartTls();
        protocol.Tell(new Say("1"));
        Run();
        Step();
        protocol.Tell(new Say("2"));
        Run();
        Assert.Equal(1, HeldDispatcher.Count);
        protocol.Tell(new Say("3"));
        protocol.Tell(new Say(""));
        protocol.Tell(new Say("4"));
        Run();
        Assert.Equal("", peer.Received.ToString());
        Step();
        Assert.Equal("1234", peer.Received.ToString());
        Assert.Equal(["secured", "ack 1", "ack 2", "ack 3", "ack ", "ack 4"], _events);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_close_meanwhile_comes_after_what_was_written_before_it(bool inTheFirstStep)
    {
        (TlsPeer peer, IActorRef protocol) = StartTls();
        Run();
        if (!inTheFirstStep)
        {
            Step();
        }

        Assert.Equal(1, HeldDispatcher.Count);
        protocol.Tell(new Say("last"));
        protocol.Tell("close");
        Run();
        Assert.False(peer.Peer.OtherFinished);
        while (HeldDispatcher.Count > 0)
        {
            Step();
        }

        Assert.Equal("last", peer.Received.ToString());
        Assert.True(peer.OtherClosed);
        Assert.True(peer.Peer.OtherFinished);
        Assert.Equal(CloseReason.Requested, Assert.IsType<Closed>(_events[^1]).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_end_of_the_connection_meanwhile_is_reported_once_and_leaves_nothing(bool inTheFirstStep)
    {
        (TlsPeer peer, _) = StartTls();
        Run();
        if (!inTheFirstStep)
        {
            Step();
        }

        peer.Peer.Reset();
        Run();
        Step();
        Assert.Equal(CloseReason.Reset, Assert.IsType<Closed>(_events[^1]).Reason);
        Assert.Single(_events, one => one is Closed);
        AssertOnlyListenerIsOpen();
        Assert.Equal(0, HeldDispatcher.Count);
        AssertNothingCrashed();
    }

    [Fact]
    public void A_half_close_meanwhile_comes_after_the_bytes_before_it()
    {
        TlsPeer peer = new(_simulation, Serve("tls").LocalEndPoint) { Keeps = true };
        Run();
        Step();
        peer.Write("all");
        peer.Release();
        peer.Peer.Finish();
        Run();
        Assert.Empty(_events);
        Step();
        Assert.Equal("all", _received.ToString());
        Assert.Equal(CloseReason.Truncated, Assert.IsType<Closed>(_events[^1]).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_owner_that_stops_meanwhile_aborts_the_connection_and_the_step_returns_to_nobody(bool inTheFirstStep)
    {
        (TlsPeer peer, IActorRef protocol) = StartTls();
        Run();
        if (!inTheFirstStep)
        {
            Step();
        }

        protocol.Tell(new Say("lost"));
        protocol.Tell(PoisonPill.Instance);
        Run();
        Assert.True(peer.Peer.WasReset);
        Assert.Equal(1, HeldDispatcher.Count);
        Step();
        Assert.Equal(0, HeldDispatcher.Count);
        AssertOnlyListenerIsOpen();
        AssertNothingCrashed();

        // The slot is free again.
        TlsPeer other = new(_simulation, peer.Peer.RemoteEndPoint);
        Run();
        Step();
        Step();
        Assert.True(other.IsOpen);
    }

    [Fact]
    public void The_time_that_a_step_takes_is_not_the_fault_of_the_peer()
    {
        TlsPeer peer = new(_simulation, Serve("tls").LocalEndPoint);
        Run();
        Step();
        Assert.Equal(1, HeldDispatcher.Count);
        _simulation.Run(TimeSpan.FromSeconds(15));
        Assert.Empty(_events);
        Step();
        Assert.Equal(["connected"], _events);
        Assert.False(peer.Peer.Ended);
    }

    [Fact]
    public void A_peer_that_owes_bytes_when_the_step_returns_after_the_deadline_is_ended()
    {
        TlsPeer peer = new(_simulation, Serve("tls").LocalEndPoint) { Keeps = true };
        Run();
        _simulation.Run(TimeSpan.FromSeconds(15));
        Assert.Empty(_events);
        Step();
        Assert.Contains("closed (TimedOut: The TLS handshake", Assert.Single(_ends), StringComparison.Ordinal);
        Assert.True(peer.Peer.OtherFinished);
    }

    [Fact]
    public void More_than_the_slots_are_never_out()
    {
        Bound bound = Serve("tls", "akka.reactor.tls.max-handshakes = 3");
        List<TlsPeer> peers = [];
        for (int i = 0; i < 8; i++)
        {
            peers.Add(new TlsPeer(_simulation, bound.LocalEndPoint, $"10.0.1.{i}"));
        }

        Run();
        for (int steps = 0; steps < 16; steps++)
        {
            Assert.InRange(HeldDispatcher.Count, 1, 3);
            Step();
        }

        Assert.Equal(0, HeldDispatcher.Count);
        Assert.All(peers, peer => Assert.True(peer.IsOpen));
        Assert.Equal(8, _events.Count);
    }

    private void Run() => _simulation.Run(Moment);

    private void Step()
    {
        HeldDispatcher.RunOne();
        Run();
    }

    private void AssertOnlyListenerIsOpen() => Assert.Equal(1, _simulation.OpenSockets(Here));

    private void AssertNothingCrashed() =>
        Assert.DoesNotContain(
            _simulation.Log,
            line =>
                line.Contains("crashed", StringComparison.Ordinal)
                || line.Contains("Exception on a loop", StringComparison.OrdinalIgnoreCase)
        );

    // A protocol that has started TLS, and a peer that has sent its ClientHello.
    private (TlsPeer Peer, IActorRef Protocol) StartTls()
    {
        TlsPeer peer = new(_simulation, Serve("tcp").LocalEndPoint);
        _simulation.RunUntil(() => _protocols.Count == 1, Most);
        return (peer, _protocols[0]);
    }

    private Bound Serve(string scheme, string settings = "")
    {
        ActorSystem system = _simulation.CreateSystem(
            "server",
            Here,
            ConfigurationFactory.ParseString(HeldDispatcher.Settings + "akka.reactor.selectors = 1\n" + settings)
        );

        _ends = LoggedEnds.Of(system);
        return _simulation.Bind(
            system,
            $"{scheme}://{Here}:465",
            Props.Create(() => new Protocol(this, scheme == "tcp")),
            new ListenerOptions { Tls = ServerTls, LogConnections = true }
        );
    }

    private sealed record Say(string Text);

    private sealed class Protocol(HandshakeDispatcherSpec spec, bool startsTls) : ProtocolActor
    {
        protected override void OnConnected()
        {
            if (startsTls)
            {
                StartTls();
            }
            else
            {
                spec._events.Add("connected");
            }

            spec._protocols.Add(Self);
        }

        protected override void OnSecured(TlsInfo info) => spec._events.Add("secured");

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            spec._received.Append(Encoding.Latin1.GetString(data));
            Write(data);
            return data.Length;
        }

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case Say say:
                    Write(Encoding.Latin1.GetBytes(say.Text), $"ack {say.Text}");
                    break;
                case "close":
                    Close();
                    break;
                default:
                    spec._events.Add(message);
                    break;
            }
        }

        protected override void OnClosed(Closed closed) => spec._events.Add(closed);
    }
}
