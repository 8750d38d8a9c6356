using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>Simulated actor systems: their configuration, and their end.</summary>
public sealed class SystemsSpec
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Configured_listeners_listen_on_the_simulated_host()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem(
            "configured",
            Here,
            ConfigurationFactory.ParseString(
                $$"""
                akka.extensions = ["Akka.Reactor.ReactorExtensionProvider, Akka.Reactor"]
                akka.reactor.listeners.echo {
                  bind = "tcp://0.0.0.0:7"
                  protocol = "{{typeof(ConfiguredEcho).AssemblyQualifiedName}}"
                }
                """
            )
        );
        IReadOnlyList<Bound> bound = simulation.Await(() => system.Reactor().Started);
        Assert.Equal(7, Assert.Single(bound).Port);
        SimulatedPeer peer = simulation.Connect(There, new System.Net.IPEndPoint(System.Net.IPAddress.Parse(Here), 7));
        peer.Send("x");
        simulation.RunUntil(() => peer.ReceivedText == "x", Second);
    }

    [Fact]
    public void Two_systems_share_a_host_and_its_ports()
    {
        using Simulation simulation = new(1);
        ActorSystem one = simulation.CreateSystem("one", Here);
        ActorSystem other = simulation.CreateSystem("other", Here);
        simulation.Bind(one, $"tcp://{Here}:80", Props.Create<ConfiguredEcho>());
        BindException failure = Assert.Throws<BindException>(() =>
            simulation.Bind(other, $"tcp://{Here}:80", Props.Create<ConfiguredEcho>())
        );
        Assert.Contains("Address already in use", failure.Message, StringComparison.Ordinal);
        Assert.Throws<BindException>(() => simulation.Bind(other, $"tcp://{There}:80", Props.Create<ConfiguredEcho>()));
    }

    [Fact]
    public void A_system_that_drains_when_it_is_terminated_does_so_in_virtual_time()
    {
        Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem(
            "draining",
            Here,
            ConfigurationFactory.ParseString("akka.coordinated-shutdown.run-by-actor-system-terminate = on")
        );
        Witness witness = new(simulation);
        ListenerOptions options = new() { Connection = new ConnectionOptions { LingerTimeout = Second } };
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props, options);
        SilentPeer peer = new(simulation, There, bound.LocalEndPoint);
        simulation.RunUntil(() => peer.Peer.Connected, Second);
        simulation.RunUntilQuiet();
        simulation.Dispose();
        Assert.Equal(CloseReason.Requested, Assert.Single(witness.Ends).Reason);
        Assert.True(peer.Peer.OtherFinished);
    }

    [Fact]
    public void Terminating_a_system_aborts_its_connections_and_frees_its_sockets()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("ending", Here);
        Witness witness = new(simulation);
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
        SilentPeer peer = new(simulation, There, bound.LocalEndPoint);
        simulation.Run(Second);
        Assert.Equal(2, simulation.OpenSockets(Here));
        _ = system.Terminate();
        simulation.Run(Second);
        Assert.True(peer.Peer.WasReset);
        Assert.Equal(0, simulation.OpenSockets(Here));
    }

    public sealed class ConfiguredEcho : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }
}
