using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>The metrics of clients.</summary>
public sealed class ClientMetricsSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static int s_systems;

    private readonly Simulation _simulation = new(1);
    private readonly ActorSystem _system;
    private readonly MetricsProbe _probe;

    public ClientMetricsSpec()
    {
        string name = $"clients-{Interlocked.Increment(ref s_systems)}";
        // A host that is there refuses.
        _simulation.Network.Host(IPAddress.Parse(There));
        _system = _simulation.CreateSystem(name, Here);
        _probe = new MetricsProbe(name);
    }

    public void Dispose()
    {
        _probe.Dispose();
        _simulation.Dispose();
    }

    [Fact]
    public void A_client_has_one_state_and_its_attempts_to_connect_again_have_the_class_of_the_failure()
    {
        Assert.Empty(_probe.Observe("akka.reactor.client.state"));
        ClientStarted client = _simulation.Await(() =>
            _system
                .Reactor()
                .StartClient(
                    new ClientOptions([$"tcp://{There}:7000"], Props.Create<Silent>())
                    {
                        Name = "upstream",
                        Reconnect = new ReconnectOptions
                        {
                            Policy = new RetryPolicy
                            {
                                MinBackoff = TimeSpan.FromSeconds(1),
                                MaxBackoff = TimeSpan.FromSeconds(1),
                                Jitter = 0,
                            },
                        },
                    }
                )
        );
        _simulation.Run(Moment);
        Assert.Equal("waiting", State());
        Assert.Empty(Reconnects());

        // The next attempt finds a server, which then resets the connection.
        List<SimulatedPeer> accepted = [];
        _simulation.Listen(There, 7000, accepted.Add);
        _simulation.RunUntil(() => accepted.Count == 1, TimeSpan.FromSeconds(10));
        _simulation.Run(Moment);
        Assert.Equal("connected", State());
        Assert.Equal(["connect-refused"], Reconnects(), StringComparer.Ordinal);
        accepted[0].Reset();
        _simulation.RunUntil(() => accepted.Count == 2, TimeSpan.FromSeconds(10));
        _simulation.Run(Moment);
        Assert.Equal("connected", State());
        Assert.Equal(["connect-refused", "reset"], Reconnects(), StringComparer.Ordinal);
        client.Client.Tell(new Disconnect());
        _simulation.Run(Moment);
        Assert.Equal("disconnected", State());
        client.Client.Tell(new Close());
        _simulation.Run(TimeSpan.FromMinutes(1));
        Assert.Empty(_probe.Observe("akka.reactor.client.state"));
    }

    private string[] Reconnects()
    {
        IReadOnlyList<MetricsProbe.Value> reconnects = _probe.Of("akka.reactor.client.reconnects");
        Assert.All(reconnects, value => Assert.Equal((1, "upstream"), (value.Number, value["akka.reactor.client"]!)));
        return [.. reconnects.Select(value => value["error.type"]!)];
    }

    private string State()
    {
        MetricsProbe.Value state = Assert.Single(_probe.Observe("akka.reactor.client.state"));
        Assert.Equal((1, "upstream"), (state.Number, state["akka.reactor.client"]!));
        return state["akka.reactor.client.state"]!;
    }

    private sealed class Silent : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }
}
