using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>All connections of a reactor together hold no more than <c>memory-limit</c>, whatever their peers do.</summary>
public sealed class MemoryLimitSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const int Holders = 40;
    private const int HalfAMessage = 30 * 1024;
    private const long Limit = 512 * 1024;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Simulation _simulation = new(1);
    private readonly List<Closed> _closed = [];
    private readonly ActorSystem _system;

    public MemoryLimitSpec() => _system = Create($"memory-limit = {Limit}B");

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Connections_that_hold_most_are_ended_and_others_do_not_notice(bool peersStop)
    {
        Bound bound = Serve(peersStop ? Props.Create(() => new Collector(_closed)) : Flooder());
        Bound echo = _simulation.Bind(_system, $"tcp://{Here}:7001", Props.Create<Echo>());
        SimulatedPeer bystander = _simulation.Connect("10.0.0.3", echo.LocalEndPoint);
        SimulatedPeer[] peers = Fill(bound, peersStop);
        long most = 0;
        for (int ping = 0; ping < 3000; ping++)
        {
            bystander.Send("p");
            _simulation.Run(Moment);
            most = Math.Max(most, _system.Reactor().Memory.Used);
            Assert.Equal(ping + 1, bystander.Received.Length);
        }

        ReactorMemory memory = _system.Reactor().Memory;

        // Above the limit each of the others may hold a little, and what was received together before anybody knew. Answers that become
        // much more than the limit are not waited for.
        Assert.InRange(
            most,
            peersStop ? Limit + 1 : 1,
            peersStop ? Limit + (Holders * 8 * 1024) + (2 * 64 * 1024) : Limit + (Limit / 2) + (2 * 400 * 1024)
        );
        Assert.InRange(memory.Used, 1, Limit);
        Assert.Equal(Limit, memory.Limit);

        // Whoever was ended has a reason, and is counted once, everywhere.
        int shed = _closed.Count(closed => closed.Reason == CloseReason.Shed);
        Assert.InRange(shed, 1, Holders - 1);
        Assert.Equal(shed, memory.ShedConnections);
        Array.ForEach(peers, peer => peer.ResumeReading());
        _simulation.Run(Moment);
        Assert.Equal(shed, peers.Count(peer => peer.WasReset));
        Assert.Equal(shed, Status(bound).ShedForMemory);
        ConnectionShedException cause = Assert.IsType<ConnectionShedException>(_closed[0].Cause);
        Assert.Equal(Limit, cause.Limit);
        Assert.InRange(cause.Held, 1024, cause.Used);
        Assert.Contains(
            _simulation.Log,
            line => line.Contains("memory-limit: the connections hold", StringComparison.Ordinal)
        );

        // When all are gone, nothing is counted any more.
        Array.ForEach(peers, peer => peer.Reset());
        bystander.Reset();
        _simulation.Run(Second);
        Assert.Equal(0, _system.Reactor().Budget.Exact);
    }

    [Fact]
    public void Answers_to_what_was_read_before_end_connections_without_delay_and_what_is_left_of_it_is_not_offered()
    {
        List<(int Offered, Closed Closed)> ends = [];
        Fill(Serve(Props.Create(() => new OneByOne(ends))), peersStop: false);
        _simulation.Run(Moment * 50);
        Assert.InRange(_system.Reactor().Memory.Used, 1, Limit + (Limit / 4));
        Assert.NotEmpty(ends);
        Assert.All(ends, end => Assert.Equal(CloseReason.Shed, end.Closed.Reason));
        Assert.All(ends, end => Assert.InRange(end.Offered, 1, 399));
    }

    [Fact]
    public void After_a_reset_each_write_is_answered_before_more_is_offered()
    {
        List<string> seen = [];
        Bound bound = Serve(Props.Create(() => new Diary(seen)));
        SimulatedPeer peer = _simulation.Connect("10.0.0.3", bound.LocalEndPoint);
        _simulation.Run(Moment);
        peer.StopReading();
        peer.Send(new byte[400]);
        _simulation.Run(Moment);
        int before = seen.Count;
        Assert.InRange(before, 1, 399);
        peer.Reset();
        _simulation.Run(Second);
        Assert.Equal("closed", seen[^1]);
        int first = seen.IndexOf("offered", before);
        Assert.Equal(
            Enumerable.Repeat("offered, failed", 400 - before),
            Pairs(seen[first..^1]),
            StringComparer.Ordinal
        );

        static IEnumerable<string> Pairs(IEnumerable<string> events) =>
            events.Chunk(2).Select(pair => string.Join(", ", pair));
    }

    [Fact]
    public void Nobody_is_ended_when_the_owners_consume_in_time()
    {
        List<IActorRef> protocols = [];
        Bound bound = Serve(Props.Create(() => new Late(protocols)));
        SimulatedPeer[] peers = Fill(bound, peersStop: true);
        _simulation.Run(Moment * 50);
        Assert.True(_system.Reactor().Budget.IsExceeded);

        // No further connection is accepted, and no more is received.
        SimulatedPeer late = _simulation.Connect("10.0.0.4", bound.LocalEndPoint);
        int before = protocols.Count;
        _simulation.Run(Moment * 10);
        Assert.Equal(before, protocols.Count);
        Assert.Equal(ListenerState.AtMemoryLimit, Status(bound).State);
        protocols.ForEach(protocol => protocol.Tell("consume"));
        _simulation.Run(Second);
        Assert.Equal(Holders + 1, protocols.Count);
        Assert.Equal(ListenerState.Accepting, Status(bound).State);
        Assert.Equal(0, _system.Reactor().Memory.ShedConnections);
        late.Send("x");
        _simulation.Run(Second);
        Assert.DoesNotContain(peers, peer => peer.WasReset);
    }

    [Fact]
    public void An_exempt_connection_is_neither_paused_nor_ended()
    {
        ConnectionOptions exempt = new() { ExemptFromMemoryLimit = true };
        ListenerOptions defaults = _system.Reactor().ListenerDefaults;
        Bound kept = _simulation.Bind(
            _system,
            $"tcp://{Here}:7002",
            Props.Create(() => new Collector(_closed)),
            defaults with
            {
                Connection = exempt,
            }
        );
        SimulatedPeer peer = _simulation.Connect("10.0.0.3", kept.LocalEndPoint);
        _simulation.Run(Moment);
        peer.Send(new byte[2 * HalfAMessage]);
        _simulation.Run(Moment);
        Fill(Serve(Props.Create(() => new Collector(_closed))), peersStop: true);
        _simulation.Run(5 * Second);
        Assert.False(peer.WasReset);
        Assert.InRange(_system.Reactor().Memory.ShedConnections, 1, Holders);
    }

    [Fact]
    public void A_protocol_can_count_what_it_keeps()
    {
        Bound bound = Serve(Props.Create<Keeper>());
        SimulatedPeer peer = _simulation.Connect("10.0.0.3", bound.LocalEndPoint);
        _simulation.Run(Moment);
        peer.Send("k");
        _simulation.Run(Moment);
        Assert.InRange(_system.Reactor().Budget.Exact, 100_000, 100_002);
        peer.Send("f");
        _simulation.Run(Moment);
        Assert.InRange(_system.Reactor().Budget.Exact, 60_000, 60_002);
        peer.Reset();
        _simulation.Run(Moment);
        Assert.Equal(0, _system.Reactor().Budget.Exact);
    }

    [Theory]
    [InlineData("infinite", null)]
    [InlineData("1GiB", 1024L * 1024 * 1024)]
    public void The_limit_is_configured(string text, long? limit) =>
        Assert.Equal(limit, Create($"memory-limit = {text}", "10.0.0.9").Reactor().Memory.Limit);

    [Fact]
    public void By_default_it_is_a_share_of_what_the_collector_may_use() =>
        Assert.InRange(
            Create("", "10.0.0.9").Reactor().Memory.Limit!.Value,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 5,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3
        );

    private ActorSystem Create(string settings, string address = Here) =>
        _simulation.CreateSystem(
            $"system-{address.Replace('.', '-')}",
            address,
            ConfigurationFactory.ParseString($"akka.reactor {{ selectors = 2, {settings} }}")
        );

    private Bound Serve(Props protocol) => _simulation.Bind(_system, $"tcp://{Here}:7000", protocol);

    private Props Flooder() => Props.Create(() => new Answering(_closed));

    // Peers that send half a message and stop, or that never read the answers.
    private SimulatedPeer[] Fill(Bound bound, bool peersStop)
    {
        SimulatedPeer[] peers =
        [
            .. Enumerable.Range(1, Holders).Select(i => _simulation.Connect($"10.0.1.{i}", bound.LocalEndPoint)),
        ];
        _simulation.Run(Moment);
        foreach (SimulatedPeer peer in peers)
        {
            if (!peersStop)
            {
                peer.StopReading();
            }

            peer.Send(new byte[peersStop ? HalfAMessage : 400]);
        }

        return peers;
    }

    private ListenerStatus Status(Bound bound) =>
        _simulation.Await(() => bound.Listener.Ask<ListenerStatus>(GetStatus.Instance));

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }

    /// <summary>Waits for a message that never becomes whole.</summary>
    private sealed class Collector(List<Closed> closed) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data) => 0;

        protected override void OnClosed(Closed end) => closed.Add(end);
    }

    /// <summary>Answers each byte with a kilobyte.</summary>
    private sealed class Answering(List<Closed> closed) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            for (long i = 0; i < data.Length; i++)
            {
                Write(new byte[1024]);
            }

            return data.Length;
        }

        protected override void OnClosed(Closed end) => closed.Add(end);
    }

    /// <summary>Answers each byte with a kilobyte, and is offered each.</summary>
    private sealed class OneByOne(List<(int Offered, Closed Closed)> ends) : ProtocolActor
    {
        private int _offered;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            _offered++;
            Write(new byte[1024]);
            return 1;
        }

        protected override void OnClosed(Closed end) => ends.Add((_offered, end));
    }

    /// <summary>Answers each byte with a kilobyte, and notes what happens.</summary>
    private sealed class Diary(List<string> seen) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            seen.Add("offered");
            Write(new byte[1024]);
            return 1;
        }

        protected override void OnWriteFailed(WriteFailed failure) => seen.Add("failed");

        protected override void OnClosed(Closed end) => seen.Add("closed");
    }

    private sealed class Late : ProtocolActor
    {
        private readonly List<IActorRef> _all;
        private bool _consumes;

        public Late(List<IActorRef> all)
        {
            _all = all;
            _all.Add(Self);
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => _consumes ? data.Length : 0;

        protected override void OnMessage(object message)
        {
            _consumes = true;
            SuspendReading();
            ResumeReading();
        }
    }

    private sealed class Keeper : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            CountMemory(data.FirstSpan[0] == 'k' ? 100_000 : -40_000);
            return data.Length;
        }
    }
}
