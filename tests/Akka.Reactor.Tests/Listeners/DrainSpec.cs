using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Polling;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Listeners;

/// <summary>How a listener ends, and that everybody who waits for it is told, when it is true.</summary>
public sealed class DrainSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit("akka.reactor.selectors = 2", "drain", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task When_the_time_is_over_connections_that_are_closing_already_are_aborted_too()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults);
        List<Peer> peers = [];
        for (int i = 0; i < 4; i++)
        {
            // It never reads, so the close that draining asks for is never done.
            peers.Add(await Peer.ConnectTo(bound.LocalEndPoint, receiveBuffer: 4096));
            ExpectMsg("connected", Patience);
        }

        DrainCompleted drained = await bound.Listener.Ask<DrainCompleted>(
            new Drain(TimeSpan.FromMilliseconds(200)),
            Patience
        );
        Assert.Equal(4, drained.Aborted);
        Assert.Equal(0, Descriptors.CountOfPort(bound.LocalEndPoint));
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task The_name_is_free_as_soon_as_draining_is_answered()
    {
        ListenerOptions options = Sys.Reactor().ListenerDefaults with { Name = "again" };
        for (int i = 0; i < 20; i++)
        {
            Bound bound = await Bind(options);
            using Peer peer = await Peer.ConnectTo(bound);
            ExpectMsg("connected", Patience);
            IActorRef drains = i % 2 == 0 ? bound.Listener : Sys.Reactor().Manager;
            await drains.Ask<DrainCompleted>(new Drain(TimeSpan.Zero), Patience);
        }
    }

    [Fact]
    public async Task The_name_is_free_as_soon_as_the_failure_to_bind_is_told()
    {
        Bound other = await Bind(Sys.Reactor().ListenerDefaults);
        ListenerOptions options = Sys.Reactor().ListenerDefaults with { Name = "again" };
        for (int i = 0; i < 20; i++)
        {
            BindException failure = await Assert.ThrowsAsync<BindException>(() =>
                Sys.Reactor().Bind($"tcp://127.0.0.1:{other.Port}", Protocol, options)
            );
            Assert.Contains("in use", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-acceptor")]
    public async Task Who_drains_is_answered_when_a_part_of_the_listener_is_stopped_meanwhile(string part)
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults with { Name = "stopped" });
        using Peer peer = await Peer.ConnectTo(bound.LocalEndPoint, receiveBuffer: 4096);
        ExpectMsg("connected", Patience);
        Task<DrainCompleted> one = bound.Listener.Ask<DrainCompleted>(new Drain(TimeSpan.FromHours(1)), Patience);
        Task<DrainCompleted> all = Sys.Reactor()
            .Manager.Ask<DrainCompleted>(new Drain(TimeSpan.FromHours(1)), Patience);
        await bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience);
        Sys.ActorSelection(Sys.Reactor().Manager, $"stopped{part}").Tell(PoisonPill.Instance);
        await one;
        await all;
    }

    [Fact]
    public async Task Who_drains_is_answered_when_the_system_ends_meanwhile()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults);
        using Peer peer = await Peer.ConnectTo(bound.LocalEndPoint, receiveBuffer: 4096);
        ExpectMsg("connected", Patience);
        Task<DrainCompleted> one = bound.Listener.Ask<DrainCompleted>(new Drain(TimeSpan.FromHours(1)), Patience);
        Task<DrainCompleted> all = Sys.Reactor()
            .Manager.Ask<DrainCompleted>(new Drain(TimeSpan.FromHours(1)), Patience);
        await bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience);
        Sys.Stop(Sys.Reactor().Manager);
        await one;
        await all;
    }

    [Fact]
    public async Task A_listener_whose_acceptor_is_stopped_leaves_nothing_behind()
    {
        ListenerOptions options = Sys.Reactor().ListenerDefaults with { Name = "stopped" };
        Bound bound = await Bind(options);
        using Peer peer = await Peer.ConnectTo(bound);
        ExpectMsg("connected", Patience);
        bound.Listener.Tell(PoisonPill.Instance);
        await AwaitAssertAsync(async () => await Bind(options), Patience);
    }

    [Fact]
    public async Task The_end_of_a_drain_says_how_many_connections_finished_and_how_many_were_aborted()
    {
        Bound slow = await Bind(Sys.Reactor().ListenerDefaults with { DrainTimeout = TimeSpan.FromMilliseconds(200) });
        Bound quick = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Quiet>(TestActor));
        using Peer one = await Peer.ConnectTo(slow.LocalEndPoint, receiveBuffer: 4096);
        using Peer two = await Peer.ConnectTo(quick);
        using Peer three = await Peer.ConnectTo(quick);
        for (int i = 0; i < 3; i++)
        {
            ExpectMsg("connected", Patience);
        }

        await EventFilter
            .Info("Drained: 2 connections finished, 1 were aborted")
            .ExpectOneAsync(
                Patience,
                async () =>
                {
                    Task drained = Sys.Reactor().Manager.Ask<DrainCompleted>(new Drain(), Patience);
                    await two.ReceiveToEnd();
                    await three.ReceiveToEnd();
                    two.Dispose();
                    three.Dispose();
                    await drained;
                }
            );
    }

    [Fact]
    public async Task The_end_of_one_listeners_drain_names_it()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults with { Name = "only" });
        await EventFilter
            .Info("only: drained: 0 connections finished, 0 were aborted")
            .ExpectOneAsync(Patience, () => bound.Listener.Ask<DrainCompleted>(new Drain(), Patience));
    }

    private Props Protocol => Props.Create<Chatterbox>(TestActor);

    private Task<Bound> Bind(ListenerOptions options) => Sys.Reactor().Bind("tcp://127.0.0.1:0", Protocol, options);

    /// <summary>Writes more than goes out to a peer that does not read. When it is drained it closes, as is the default.</summary>
    private sealed class Chatterbox(IActorRef probe) : ProtocolActor
    {
        protected override void OnConnected()
        {
            probe.Tell("connected");
            Write(new byte[1000 * 1000]);
        }

        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class Quiet(IActorRef probe) : ProtocolActor
    {
        protected override void OnConnected() => probe.Tell("connected");

        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data) => data.Length;
    }
}
