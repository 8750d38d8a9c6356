using System;
using System.Collections.Generic;
using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A connect and whoever asks for it.</summary>
public sealed class DialSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";
    private const int Port = 7000;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Simulation _simulation = new(1);
    private readonly ActorSystem _system;
    private readonly Witness _witness;
    private readonly List<object> _told = [];
    private readonly IActorRef _asker;

    public DialSpec()
    {
        _simulation.Network.Host(IPAddress.Parse(There));
        _system = _simulation.CreateSystem(
            "dials",
            Here,
            ConfigurationFactory.ParseString("akka.reactor.client.connect-timeout = 60s")
        );
        _witness = new Witness(_simulation);
        _asker = _system.ActorOf(Props.Create(() => new ClientFixture.Listing(_told)));
    }

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void A_connect_that_nobody_waits_for_any_more_is_given_up()
    {
        _simulation.Faults = new SimulatedFaults { ConnectHangs = 1 };
        Dial(_asker);
        _simulation.Run(Second);
        Assert.Equal(1, _simulation.OpenSockets(Here));
        _system.Stop(_asker);
        _simulation.Run(Second);
        Assert.Equal(0, _simulation.OpenSockets(Here));
    }

    [Fact]
    public void So_is_one_whose_layers_are_not_there_yet()
    {
        SimulatedPeer? proxy = null;
        _simulation.Listen(There, 1080, peer => proxy = peer);
        Dial(_asker, _system.Reactor().ConnectDefaults with { Proxies = [Proxy.Parse($"socks5://{There}:1080")] });
        _simulation.Run(Second);
        Assert.NotNull(proxy);
        Assert.Equal(1, _simulation.OpenSockets(Here));
        _system.Stop(_asker);
        _simulation.Run(Second);
        Assert.Equal(0, _simulation.OpenSockets(Here));
        Assert.True(proxy.WasReset);
    }

    [Fact]
    public void A_connection_that_is_there_lives_on_without_whoever_asked_for_it()
    {
        SimulatedPeer? server = null;
        _simulation.Listen(There, Port, peer => server = peer);
        Dial(_asker);
        _simulation.RunUntil(() => _told.Count > 0, 5 * Second);
        Assert.IsType<ConnectionMade>(Assert.Single(_told));
        _system.Stop(_asker);
        _simulation.Run(Second);
        server!.Send("still here");
        _simulation.Run(Second);
        Assert.Equal("still here", _witness.Received.ToString());
        Assert.Empty(_witness.Ends);
    }

    [Fact]
    public void A_connect_that_nobody_asked_to_be_told_of_is_made()
    {
        SimulatedPeer? server = null;
        _simulation.Listen(There, Port, peer => server = peer);
        Dial(ActorRefs.NoSender!);
        _simulation.Run(Second);
        server!.Send("hello");
        _simulation.Run(Second);
        Assert.Equal("hello", _witness.Received.ToString());
    }

    [Fact]
    public void Who_still_waits_when_the_system_ends_is_told_so()
    {
        _simulation.Faults = new SimulatedFaults { ConnectHangs = 1 };
        Dial(_asker);
        _simulation.Run(Second);
        TransportClosedException failure = Assert.Throws<TransportClosedException>(() =>
            _simulation.Await(() =>
            {
                System.Threading.Tasks.Task<ConnectionMade> connecting = _system
                    .Reactor()
                    .Connect($"tcp://{There}:{Port}", _witness.Props);
                _ = _system.Terminate();
                return connecting;
            })
        );
        Assert.Equal(CloseReason.Aborted, failure.Reason);
    }

    private void Dial(IActorRef asker, ConnectOptions? options = null) =>
        _system.Reactor().Manager.Tell(new Connect($"tcp://{There}:{Port}", _witness.Props, options), asker);
}
