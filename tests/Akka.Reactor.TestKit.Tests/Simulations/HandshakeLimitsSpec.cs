using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// The bounds of TLS handshakes: peers that owe bytes keep nobody out, what they make a loop hold is bounded, and those that have waited
/// longest go first, with a reason.
/// </summary>
public sealed class HandshakeLimitsSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);
    private static readonly TlsServerOptions ServerTls = new(TlsSpec.MakeCertificate());

    private readonly Simulation _simulation = new(1);
    private List<string> _ends = [];

    public static TheoryData<string> Dispatchers => ["none", "akka.actor.default-dispatcher"];

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [MemberData(nameof(Dispatchers))]
    public void Half_open_peers_keep_nobody_out(string dispatcher)
    {
        Bound bound = Serve($"tls {{ max-handshakes = 2, handshake-dispatcher = \"{dispatcher}\" }}");
        List<TlsPeer> halfOpen = [];
        for (int i = 0; i < 6; i++)
        {
            halfOpen.Add(new TlsPeer(_simulation, bound.LocalEndPoint, $"10.0.1.{i}") { Keeps = true });
        }

        _simulation.Run(Second);
        Assert.All(halfOpen, peer => Assert.False(peer.IsOpen && peer.Peer.Ended));

        // They have sent a ClientHello and have their answer; the Finished that they owe stays with them.
        Assert.All(halfOpen, peer => Assert.NotEqual(0, peer.Peer.Received.Length));
        AssertHonestIsServed(bound);
        foreach (TlsPeer peer in halfOpen)
        {
            peer.Write("late");
            peer.Release();
        }

        _simulation.Run(Second);
        Assert.All(halfOpen, peer => Assert.Equal("late", peer.Received.ToString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void A_peer_that_has_not_sent_all_of_its_ClientHello_holds_next_to_nothing(int sent)
    {
        ActorSystem system = Create("");
        Bound bound = Serve(system);
        byte[] hello = new byte[517];
        new byte[] { 22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3 }.CopyTo(hello, 0);
        for (int i = 0; i < 100; i++)
        {
            _simulation.Connect($"10.0.1.{i}", bound.LocalEndPoint).Send(hello.AsMemory(0, sent));
        }

        _simulation.Run(Second);
        Assert.Equal(100 * sent, system.Reactor().Budget.Exact);
        AssertHonestIsServed(bound);
    }

    [Theory]
    [MemberData(nameof(Dispatchers))]
    public void Above_the_bound_those_that_have_waited_longest_are_ended(string dispatcher)
    {
        // Room for 19 handshakes that have begun.
        Bound bound = Serve($"tls {{ handshake-memory = 1MiB, handshake-dispatcher = \"{dispatcher}\" }}");
        List<TlsPeer> halfOpen = [];
        for (int i = 0; i < 30; i++)
        {
            halfOpen.Add(new TlsPeer(_simulation, bound.LocalEndPoint, $"10.0.1.{i}") { Keeps = true });
            _simulation.Run(Moment);
        }

        _simulation.Run(Moment);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => i < 11), halfOpen.Select(peer => peer.Peer.OtherFinished));
        Assert.Equal(11, _ends.Count);
        Assert.All(
            _ends,
            end => Assert.Matches(@"closed \(Shed: .* had waited longest: .* of at most 1048576 bytes", end)
        );
        AssertHonestIsServed(bound);
    }

    [Fact]
    public void Nobody_is_ended_for_what_handshakes_have_held_that_are_over()
    {
        Bound bound = Serve("tls.handshake-memory = 1MiB");
        for (int i = 0; i < 60; i++)
        {
            AssertHonestIsServed(bound);
        }

        _simulation.Run(Moment);
        Assert.Equal(60, _ends.Count);
        Assert.All(_ends, end => Assert.Contains("closed (Reset", end, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(40, 0)]
    [InlineData(40, 1)]
    public void A_peer_that_stalls_or_drips_is_ended_at_the_deadline(int sent, int perSecond)
    {
        Bound bound = Serve("");
        byte[] hello = new byte[517];
        new byte[] { 22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3 }.CopyTo(hello, 0);
        SimulatedPeer peer = _simulation.Connect("10.0.1.1", bound.LocalEndPoint);
        peer.Send(hello.AsMemory(0, sent));
        for (int second = 0; second < 9; second++)
        {
            peer.Send(hello.AsMemory(sent, perSecond));
            sent += perSecond;
            _simulation.Run(Second);
        }

        Assert.Empty(_ends);
        _simulation.Run(1.5 * Second);
        Assert.Contains("closed (TimedOut: The TLS handshake", Assert.Single(_ends), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ClientHello_of_16_MiB_is_refused_when_it_is_announced()
    {
        Bound bound = Serve("");
        SimulatedPeer peer = _simulation.Connect("10.0.1.1", bound.LocalEndPoint);
        peer.Send(new byte[] { 22, 3, 1, 0x3F, 0, 1, 0xFF, 0xFF, 0xFF });
        _simulation.Run(Moment);
        Assert.Contains("takes at least 16777224 bytes", Assert.Single(_ends), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ClientHello_may_be_longer_than_the_bound_of_unread_bytes()
    {
        Bound bound = Serve("connection.max-unread = 64B");
        AssertHonestIsServed(bound);
    }

    private void AssertHonestIsServed(Bound bound)
    {
        TlsPeer honest = new(_simulation, bound.LocalEndPoint, "10.0.2.1");
        honest.Write("honest");
        _simulation.RunUntil(() => honest.Received.ToString() == "honest", Second);
        honest.Peer.Reset();
    }

    private ActorSystem Create(string settings)
    {
        ActorSystem system = _simulation.CreateSystem(
            "server",
            Here,
            ConfigurationFactory.ParseString($"akka.reactor {{ selectors = 1\n{settings}\n}}")
        );
        _ends = LoggedEnds.Of(system);
        return system;
    }

    private Bound Serve(string settings) => Serve(Create(settings));

    private Bound Serve(ActorSystem system) =>
        _simulation.Bind(
            system,
            $"tls://{Here}:465",
            Props.Create<Echo>(),
            system.Reactor().ListenerDefaults with
            {
                Tls = ServerTls,
                LogConnections = true,
            }
        );

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }
}
