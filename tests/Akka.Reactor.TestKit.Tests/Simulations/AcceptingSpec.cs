using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A listener that cannot accept, and what its peers and its log notice of it; unbinding and draining meanwhile.</summary>
public sealed class AcceptingSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Simulation _simulation = new(1);
    private readonly ActorSystem _system;
    private readonly List<SimulatedPeer> _peers = [];

    // The listener's lines that are no warnings.
    private readonly List<string> _goodNews = [];

    public AcceptingSpec()
    {
        _system = _simulation.CreateSystem("server", Here);
        _system.EventStream.Subscribe(_system.ActorOf(Props.Create(() => new Lines(_goodNews))), typeof(Info));
    }

    public void Dispose() => _simulation.Dispose();

    private int Served => _peers.Count(peer => peer.ReceivedText == "hello");

    private int OpenDescriptors => _simulation.Network.Host(IPAddress.Parse(Here)).OpenDescriptors;

    [Fact]
    public void Who_waits_30_seconds_for_a_descriptor_is_reset()
    {
        Bound bound = Bind();
        Allow(2);
        Connect(bound, 5);
        _simulation.Run(TimeSpan.FromSeconds(29));
        Assert.Equal((2, 0), (Served, _peers.Count(peer => peer.WasReset)));
        Assert.Equal(ListenerState.OutOfResources, Status(bound).State);
        Assert.Contains("Too many open files (errno 24)", Assert.Single(_simulation.Log), StringComparison.Ordinal);

        _simulation.Run(TimeSpan.FromSeconds(2));
        Assert.Equal((2, 3), (Served, _peers.Count(peer => peer.WasReset)));
        Assert.Equal(3, Status(bound).ResetForResources);

        // Whoever comes while it lasts learns it at once.
        Connect(bound, 100);
        _simulation.Run(Second);
        Assert.Equal(103, _peers.Count(peer => peer.WasReset));

        Allow(100);
        Connect(bound, 1);
        _simulation.Run(Second);
        Assert.Equal(3, Served);
        _simulation.Run(2 * Second);
        Assert.Single(_simulation.Log);
        Assert.Contains("103 waiting connection(s) were reset", Assert.Single(_goodNews), StringComparison.Ordinal);
        Assert.Equal(ListenerState.Accepting, Status(bound).State);
    }

    [Fact]
    public void It_accepts_again_a_quarter_of_a_second_after_there_are_descriptors()
    {
        Bound bound = Bind();
        Allow(0);
        Connect(bound, 10);
        _simulation.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(0, Served);
        Allow(100);
        TimeSpan freed = _simulation.Now;
        _simulation.RunUntil(() => Served == 10, Second);
        Assert.InRange(_simulation.Now - freed, TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public void A_connection_that_ends_lets_the_next_one_in_at_once()
    {
        Bound bound = Bind();
        Allow(2);
        Connect(bound, 4);
        _simulation.Run(Second);
        Assert.Equal(2, Served);
        TimeSpan freed = _simulation.Now;
        _peers.First(peer => peer.ReceivedText == "hello").Reset();
        _simulation.RunUntil(() => Served == 3, Second);
        Assert.InRange(_simulation.Now - freed, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void It_holds_descriptors_back_for_the_rest_of_the_process()
    {
        Bound bound = Bind();
        Allow(2);
        Connect(bound, 5);
        _simulation.Run(Second);

        // All that it held are free now, and nobody else was let in.
        Assert.Equal(2, Served);
        Assert.Equal(Selectors.DescriptorReserve.Size, _simulation.Faults.DescriptorLimit - OpenDescriptors);
        Bound other = _simulation.Bind(_system, $"tcp://{Here}:2", Props.Create<Greeter>());
        Assert.Equal(2, other.Port);
    }

    [Fact]
    public void However_it_flutters_the_log_has_two_lines_a_second_at_most()
    {
        Bound bound = Bind();
        Random random = new(3);
        List<int> lines = [];
        for (int step = 0; step < 1200; step++)
        {
            // Shortages of up to a second, and pauses between them of up to three.
            if (random.Next(10) == 0)
            {
                Allow(random.Next(3) == 0 ? 0 : 100);
            }

            Connect(bound, 1);
            if (_peers.Count > 5)
            {
                _peers[0].Reset();
                _peers.RemoveAt(0);
            }

            _simulation.Run(Moment);
            lines.Add(_simulation.Log.Count + _goodNews.Count);
        }

        Assert.True(lines[^1] > 10, $"only {lines[^1]} lines: this is no test");
        for (int i = 10; i < lines.Count; i++)
        {
            Assert.True(lines[i] - lines[i - 10] <= 2, string.Join('\n', _simulation.Log));
        }
    }

    [Fact]
    public void A_listener_that_is_full_says_so_once()
    {
        Bound bound = Bind(new ListenerOptions { MaxConnections = 3 });
        Connect(bound, 3);
        for (int i = 0; i < 50; i++)
        {
            Connect(bound, 1);
            _simulation.Run(Moment);
            Assert.Equal(ListenerState.AtMaxConnections, Status(bound).State);
            _peers.First(peer => peer.ReceivedText == "hello").Reset();
            _peers.RemoveAll(peer => peer.ReceivedText == "hello");
        }

        _peers.ForEach(peer => peer.Reset());
        _simulation.Run(3 * Second);
        Assert.Equal(2, _goodNews.Count);
        Assert.Contains(
            "3 connections are open; accepting pauses until one closes",
            _goodNews[0],
            StringComparison.Ordinal
        );
        Assert.Contains("below max-connections again", _goodNews[1], StringComparison.Ordinal);
        Assert.Equal(ListenerState.Accepting, Status(bound).State);
    }

    [Fact]
    public void Unbinding_and_draining_while_it_is_short_end_it_and_give_everything_back()
    {
        int before = OpenDescriptors;
        foreach (bool drains in (bool[])[true, false])
        {
            Bound bound = Bind();
            Allow(2);
            Connect(bound, 5);
            _simulation.Run(Second);
            Assert.Equal(2, Served);
            if (!drains)
            {
                _ = _simulation.Await(() => bound.Listener.Ask<Unbound>(new Unbind()));
                _ = _simulation.Await(() => bound.Listener.Ask<Unbound>(new Unbind()));
                Assert.Equal(ListenerState.Unbound, Status(bound).State);
                _simulation.Run(40 * Second);
                Assert.Equal(ListenerState.Unbound, Status(bound).State);
            }

            TimeSpan began = _simulation.Now;
            DrainCompleted drained = _simulation.Await(() => bound.Listener.Ask<DrainCompleted>(new Drain(5 * Second)));
            Assert.Equal(2, drained.Aborted);
            Assert.InRange(_simulation.Now - began, 5 * Second, 6 * Second);
            _simulation.Faults = SimulatedFaults.None;
            _simulation.Run(Second);
            Assert.Equal(before, OpenDescriptors);
            Assert.Equal(3, _peers.Count(peer => peer.WasReset && peer.ReceivedText.Length == 0));
            _peers.Clear();
        }
    }

    [Fact]
    public void Who_drains_once_more_with_more_time_does_not_keep_the_first_one_waiting()
    {
        Bound bound = Bind(new ListenerOptions { MaxConnections = 2 });
        Connect(bound, 3);
        _simulation.Run(Second);
        TimeSpan began = _simulation.Now;
        System.Threading.Tasks.Task<DrainCompleted> late = null!;
        DrainCompleted first = _simulation.Await(() =>
        {
            System.Threading.Tasks.Task<DrainCompleted> early = bound.Listener.Ask<DrainCompleted>(
                new Drain(3 * Second)
            );
            late = bound.Listener.Ask<DrainCompleted>(new Drain(TimeSpan.FromHours(1)));
            return early;
        });
        Assert.Equal(2, first.Aborted);
        Assert.InRange(_simulation.Now - began, 3 * Second, 4 * Second);
        Assert.Equal(2, _simulation.Await(() => late).Aborted);
    }

    private Bound Bind(ListenerOptions? options = null) =>
        _simulation.Bind(_system, $"tcp://{Here}:1", Props.Create<Greeter>(), options);

    // So many more descriptors than are open now.
    private void Allow(int more) =>
        _simulation.Faults = SimulatedFaults.None with { DescriptorLimit = OpenDescriptors + more };

    private void Connect(Bound bound, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _peers.Add(_simulation.Connect(There, bound.LocalEndPoint));
        }
    }

    private ListenerStatus Status(Bound bound) =>
        _simulation.Await(() => bound.Listener.Ask<ListenerStatus>(new GetStatus()));

    private sealed class Greeter : ProtocolActor
    {
        protected override void OnConnected() => Write("hello"u8);

        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data) => data.Length;

        // It takes its time.
        protected override void OnDraining() { }
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
