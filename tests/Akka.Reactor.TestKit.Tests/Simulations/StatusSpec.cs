using System;
using System.Linq;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>The status of all listeners and clients together.</summary>
public sealed class StatusSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private readonly Simulation _simulation = new(1);
    private readonly ActorSystem _system;

    // A client that has failed waits for long: only then its status has the failure.
    public StatusSpec() =>
        _system = _simulation.CreateSystem(
            "status",
            Here,
            ConfigurationFactory.ParseString(
                "akka.reactor.client.reconnect { min-backoff = 1m, max-backoff = 1m, jitter = 0 }"
            )
        );

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void A_reactor_without_members_has_an_empty_status()
    {
        ReactorStatus status = Status();
        Assert.Empty(status.Listeners);
        Assert.Empty(status.Clients);
        Assert.Equal(0, status.OpenConnections);
        Assert.Equal(0, status.Memory.Used);
    }

    [Fact]
    public void Every_listener_and_client_is_there_by_name_with_what_it_does()
    {
        Bound one = Listen("b", 7000);
        Bound other = Listen("a", 7001);
        _simulation.Connect("10.0.0.2", one.LocalEndPoint);
        _simulation.Connect("10.0.0.2", one.LocalEndPoint);
        StartClient("connected", 7001);
        ClientStarted lost = StartClient("alone", 9);
        _simulation.Run(TimeSpan.FromMilliseconds(50));
        ReactorStatus status = Status();
        Assert.Equal(["a", "b"], status.Listeners.Select(listener => listener.Name), StringComparer.Ordinal);
        Assert.Equal([1, 2], status.Listeners.Select(listener => listener.OpenConnections));
        Assert.Equal(3, status.OpenConnections);
        Assert.Empty(status.NotAccepting);
        Assert.Equal(["alone", "connected"], status.Clients.Select(client => client.Name), StringComparer.Ordinal);
        ClientStatus alone = Assert.Single(status.NotConnected);
        Assert.IsType<ConnectRefusedException>(alone.LastFailure);

        // Those that end are not there any more, and one that has unbound still is.
        other.Listener.Tell(new Unbind());
        lost.Client.Tell(new Close());
        one.Listener.Tell(new Drain(TimeSpan.Zero));
        _simulation.Run(TimeSpan.FromMilliseconds(50));
        status = Status();
        Assert.Equal(ListenerState.Unbound, Assert.Single(status.Listeners).State);
        Assert.Same(status.Listeners[0], Assert.Single(status.NotAccepting));
        Assert.Equal("connected", Assert.Single(status.Clients).Name);
    }

    [Fact]
    public void A_member_that_ends_meanwhile_keeps_no_asker_waiting()
    {
        Bound bound = Listen("gone", 7000);
        ClientStarted client = StartClient("gone-too", 9);
        bound.Listener.Tell(PoisonPill.Instance);
        client.Client.Tell(PoisonPill.Instance);
        ReactorStatus status = Status();
        Assert.Empty(status.Listeners);
        Assert.Empty(status.Clients);
    }

    private ReactorStatus Status() => _simulation.Await(() => _system.Reactor().Status());

    private Bound Listen(string name, int port) =>
        _simulation.Bind(
            _system,
            $"tcp://{Here}:{port}",
            Props.Create<Silent>(),
            _system.Reactor().ListenerDefaults with
            {
                Name = name,
            }
        );

    private ClientStarted StartClient(string name, int port) =>
        _simulation.Await(() =>
            _system
                .Reactor()
                .StartClient(new ClientOptions([$"tcp://{Here}:{port}"], Props.Create<Silent>()) { Name = name })
        );

    private sealed class Silent : ProtocolActor
    {
        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data) => data.Length;
    }
}
