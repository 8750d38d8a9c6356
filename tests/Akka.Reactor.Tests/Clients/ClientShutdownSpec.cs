using System;
using System.Buffers;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Tests.Clients;

/// <summary>What becomes of clients when their system is terminated.</summary>
public sealed class ClientShutdownSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create(
        "ends",
        ConfigurationFactory.ParseString(
            """
            akka.loglevel = OFF
            akka.coordinated-shutdown.phases.before-actor-system-terminate.timeout = 60s
            """
        )
    );

    public ClientShutdownSpec()
        : base("akka.loglevel = OFF") { }

    [Fact]
    public async Task Connections_are_closed_and_not_reset()
    {
        Bound bound = await Listen();
        await Start(bound);
        ExpectMsg<Connected>(Patience);
        await _system.Terminate().WaitAsync(Patience);
        ExpectMsg("peer finished", Patience);

        // By the recorder itself, in answer to that.
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public async Task A_client_without_a_connection_does_not_hold_it_up()
    {
        Bound bound = await Listen();
        bound.Listener.Tell(new Unbind(), TestActor);
        ExpectMsg<Unbound>(Patience);
        await Start(bound);
        await _system.Terminate().WaitAsync(Patience);
    }

    private Task<Bound> Listen() =>
        Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create(() => new Recorder(TestActor))).WaitAsync(Patience);

    private Task Start(Bound bound) =>
        _system
            .Reactor()
            .StartClient(new ClientOptions([$"tcp://127.0.0.1:{bound.Port}"], Props.Create<Silent>()))
            .WaitAsync(Patience);

    private sealed class Silent : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    /// <summary>Tells what happens to it, and closes when its peer has.</summary>
    private sealed class Recorder(IActorRef probe) : ProtocolActor
    {
        protected override void OnConnected() => probe.Tell(Connection);

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnPeerFinished()
        {
            probe.Tell("peer finished");
            base.OnPeerFinished();
        }

        protected override void OnClosed(Closed closed) => probe.Tell(closed);
    }
}
