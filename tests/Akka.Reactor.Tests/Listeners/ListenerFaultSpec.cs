using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Listeners;

/// <summary>What fails around a listener: its parts, its layers, two who drain it.</summary>
public sealed class ListenerFaultSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "listener-faults", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task A_protocol_whose_layer_cannot_be_made_is_told_the_end()
    {
        Bound bound = await Bind(
            Sys.Reactor().ListenerDefaults with
            {
                Layers = [new Layer("unmakeable", lower => Props.Create(() => new UnmakeableLayer(lower)))],
            }
        );
        // Reset at once, perhaps before the peer knows that it is connected.
        await Task.WhenAny(Peer.ConnectTo(bound));
        ExpectMsg<Closed>(Patience);
    }

    [Fact]
    public async Task A_listener_whose_supervisor_was_stopped_holds_no_connections()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults with { Name = "orphan" });
        Watch(bound.Listener);
        Sys.ActorSelection(Sys.Reactor().Manager, "orphan").Tell(PoisonPill.Instance);
        ExpectTerminated(bound.Listener, Patience);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using Peer peer = await Peer.ConnectTo(bound);
            await peer.ReceiveExactly(1);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_above_the_maximum_is_let_go_when_the_listener_ends(bool drains)
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults with { MaxConnections = 1 });
        using Peer served = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        Peer[] waiting = await Task.WhenAll(Peer.ConnectTo(bound), Peer.ConnectTo(bound), Peer.ConnectTo(bound));
        Task ended = drains
            ? bound.Listener.Ask<DrainCompleted>(new Drain(TimeSpan.FromMilliseconds(100)), Patience)
            : bound.Listener.Ask<Unbound>(new Unbind(), Patience);
        foreach (Peer peer in waiting)
        {
            // Closed or reset: that differs between the engines.
            Task<string> end = peer.ReceiveToEnd();
            Assert.True(await Pause.EndsWithin(end, Patience, "the connection ends"));
            peer.Dispose();
        }

        await ended.WaitAsync(Patience);
    }

    [Fact]
    public async Task Everybody_who_drains_is_answered()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults);
        using Peer peer = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        Task<DrainCompleted> one = bound.Listener.Ask<DrainCompleted>(new Drain(Patience), Patience);
        ExpectMsg("draining", Patience);
        Task<DrainCompleted> two = Sys.Reactor().Manager.Ask<DrainCompleted>(new Drain(Patience), Patience);
        ExpectMsg("draining", Patience);
        Task<DrainCompleted> three = Sys.Reactor()
            .Manager.Ask<DrainCompleted>(new Drain(TimeSpan.FromMilliseconds(100)), Patience);
        DrainCompleted[] all = await Task.WhenAll(one, two, three).WaitAsync(Patience);
        Assert.All(all, drained => Assert.Equal(1, drained.Aborted));
    }

    [Fact]
    public async Task An_acceptor_that_is_killed_while_it_drains_answers_all_the_same()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults);
        using Peer peer = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        IActorRef protocol = LastSender;
        Task<DrainCompleted> drained = Sys.Reactor().Manager.Ask<DrainCompleted>(new Drain(Patience), Patience);
        ExpectMsg("draining", Patience);
        bound.Listener.Tell(Kill.Instance);
        protocol.Tell(new Abort());
        Assert.Equal(0, (await drained).Aborted);
    }

    private Task<Bound> Bind(ListenerOptions options) =>
        Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<RecordingProtocol>(TestActor), options);

    private sealed class UnmakeableLayer : LayerActor
    {
        public UnmakeableLayer(IActorRef lower)
            : base(lower) => throw new InvalidOperationException("on request");
    }
}
