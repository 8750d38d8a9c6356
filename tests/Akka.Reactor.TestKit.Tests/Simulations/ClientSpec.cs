using System;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A client's life: what its protocol sees, and what it is told to do.</summary>
public sealed class ClientSpec : ClientFixture
{
    [Fact]
    public void Its_protocol_is_there_before_the_first_connection_and_survives_them_all()
    {
        Start();
        _simulation.Run(1.5 * Second);
        Assert.Equal("connecting-1 disconnected connecting-2 disconnected", _diary.Story);

        SimulatedPeerListener server = _simulation.Listen(There, Port);
        _simulation.RunUntil(() => Connections == 1, Minute);
        server.Peers[0].Send("hello");
        _simulation.RunUntilQuiet();
        server.Peers[0].Reset();
        _simulation.RunUntil(() => Connections == 2, Minute);
        server.Peers[1].Finish();
        _simulation.RunUntil(() => Connections == 3, Minute);
        Assert.Equal(
            "connecting-1 disconnected connecting-2 disconnected connecting-3 connected hello closed-Reset disconnected "
                + "connecting-4 connected closed-Requested disconnected connecting-5 connected",
            _diary.Story
        );
        Assert.Equal(1, _diary.Instances);
        Assert.IsType<ConnectRefusedException>(_diary.All<Disconnected>()[0].Cause);
        Assert.IsType<ConnectionResetException>(_diary.All<Disconnected>()[2].Cause);
        Assert.Equal(
            CloseReason.PeerFinished,
            Assert.IsType<TransportClosedException>(_diary.All<Disconnected>()[3].Cause).Reason
        );
        Assert.Equal(1, _simulation.OpenSockets(Here));
    }

    [Fact]
    public void A_protocol_that_fails_is_restarted_and_connected_anew()
    {
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        _diary.OnReceived = (_, _) => throw new InvalidOperationException("on request");
        Start();
        _simulation.RunUntil(() => Connections == 1, Minute);
        server.Peers[0].Send("x");
        _simulation.RunUntil(() => Connections == 2, Minute);
        Assert.Equal("connecting-1 connected x closed-Aborted disconnected connecting-2 connected", _diary.Story);
        Assert.Equal(2, _diary.Instances);
        Assert.True(server.Peers[0].WasReset);
        ProtocolCrashedException crash = Assert.IsType<ProtocolCrashedException>(
            Assert.Single(_diary.All<Disconnected>()).Cause
        );
        Assert.Equal("on request", crash.InnerException!.Message);

        // The new one is connected as the old one was.
        _diary.OnReceived = (protocol, text) => protocol.Send(text);
        server.Peers[1].Send("echo");
        _simulation.RunUntilQuiet();
        Assert.Equal("echo", server.Peers[1].ReceivedText);
    }

    [Fact]
    public void A_protocol_that_fails_while_it_is_given_a_connection_gets_the_next_one()
    {
        SimulatedPeerListener server = _simulation.Listen(There, Port, peer => peer.Send("at once"));
        bool failed = false;
        _diary.OnConnected = _ =>
        {
            if (!failed)
            {
                failed = true;
                throw new InvalidOperationException("on request");
            }
        };
        Start();
        _simulation.RunUntil(() => Connections == 2, Minute);
        _simulation.Run(Second);
        Assert.Equal("connecting-1 connected closed-Aborted disconnected connecting-2 connected at once", _diary.Story);
        Assert.True(server.Peers[0].WasReset);
        Assert.False(server.Peers[1].Ended);
    }

    [Fact]
    public void A_protocol_may_be_stopped_for_its_failure()
    {
        SimulatedPeerListener server = _simulation.Listen(There, Port, peer => peer.Send("x"));
        _diary.OnReceived = (_, _) => throw new InvalidOperationException("on request");
        Start(options => options with { ProtocolCrash = ProtocolCrash.Stop });
        RunUntilEnded();
        _simulation.Run(Second);
        Assert.Equal("connecting-1 connected x closed-Aborted", _diary.Story);
        Assert.True(server.Peers[0].WasReset);
        Assert.Equal(0, _simulation.OpenSockets(Here));
    }

    [Fact]
    public void It_gives_up_where_its_policy_says_so_and_stops()
    {
        Start(options =>
            options with
            {
                Reconnect = EverySecond with { Policy = EverySecond.Policy with { Attempts = 2 } },
            }
        );
        RunUntilEnded();
        Assert.Equal("connecting-1 disconnected connecting-2 gave-up", _diary.Story);
        Assert.IsType<ConnectRefusedException>(_diary.All<GaveUp>()[0].Cause);
    }

    [Fact]
    public void It_may_be_told_to_connect_at_once()
    {
        Start(options => options with { Reconnect = Every(Minute) });
        _simulation.Run(Second);
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        _client.Tell(new Reconnect());
        _simulation.Run(Second);
        Assert.Equal("connecting-1 disconnected connecting-2 connected", _diary.Story);

        // With a connection: that one is closed first, and nothing waits.
        _client.Tell(new Reconnect());
        _simulation.Run(Second);
        Assert.Equal(
            "connecting-1 disconnected connecting-2 connected closed-Requested disconnected connecting-1 connected",
            _diary.Story
        );
        Assert.True(server.Peers[0].OtherFinished);
        Assert.Equal(TimeSpan.Zero, _diary.All<Disconnected>()[1].RetryIn);
    }

    [Fact]
    public void It_may_be_disconnected_and_connected_again()
    {
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        Start();
        _simulation.RunUntil(() => Connections == 1, Minute);
        _client.Tell(new Disconnect());
        _simulation.Run(Minute);
        Assert.True(server.Peers[0].OtherFinished);
        Assert.Equal("connecting-1 connected closed-Requested disconnected-for-good", _diary.Story);
        Assert.Equal(ClientState.Disconnected, Status().State);
        Assert.Equal(0, _simulation.OpenSockets(Here));
        _client.Tell(new Reconnect());
        _simulation.Run(Second);
        Assert.Equal(2, Connections);
    }

    [Theory]
    [InlineData("hanging")]
    [InlineData("waiting")]
    [InlineData("reached")]
    public void It_may_be_disconnected_at_any_time(string when)
    {
        SimulatedPeerListener? server = null;
        switch (when)
        {
            case "hanging":
                _simulation.Faults = new SimulatedFaults { ConnectHangs = 1 };
                break;
            case "reached":
                server = _simulation.Listen(There, Port);
                break;
        }

        Start();
        _simulation.RunUntil(
            () =>
                when switch
                {
                    "reached" => server!.Peers.Count > 0,
                    "waiting" => _diary.All<Disconnected>().Length > 0,
                    _ => _diary.All<Connecting>().Length > 0,
                },
            Minute
        );
        _client.Tell(new Disconnect());
        _simulation.Run(Minute);
        Assert.EndsWith("disconnected-for-good", _diary.Story, StringComparison.Ordinal);
        Assert.Equal(0, _simulation.OpenSockets(Here));
        _simulation.Faults = SimulatedFaults.None;
        server ??= _simulation.Listen(There, Port);
        int before = Connections;
        _client.Tell(new Reconnect());
        _simulation.Run(Second);
        Assert.Equal(before + 1, Connections);
    }

    [Fact]
    public void To_close_it_delivers_what_was_written_and_stops()
    {
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        Start();
        _simulation.RunUntil(() => Connections == 1, Minute);
        Do(protocol => protocol.Send("last words"));
        _client.Tell(new Close());
        RunUntilEnded();
        _simulation.Run(Minute);
        Assert.Equal("last words", server.Peers[0].ReceivedText);
        Assert.True(server.Peers[0].OtherFinished);
        Assert.Equal("connecting-1 connected closed-Requested", _diary.Story);
        Assert.Equal(0, _simulation.OpenSockets(Here));
    }

    [Fact]
    public void After_a_failure_to_connect_it_tries_the_next_end_point_and_after_a_loss_the_first()
    {
        SimulatedPeerListener second = _simulation.Listen(Elsewhere, Port);
        Start(There, Elsewhere);
        _simulation.RunUntil(() => Connections == 1, Minute);
        Assert.Equal([There, Elsewhere], Targets());
        SimulatedPeerListener first = _simulation.Listen(There, Port);
        second.Peers[0].Reset();
        _simulation.RunUntil(() => Connections == 2, Minute);
        Assert.Equal([There, Elsewhere, There], Targets());
        Assert.Single(first.Peers);
    }

    [Fact]
    public void In_turn_it_tries_another_end_point_at_every_attempt()
    {
        SimulatedPeerListener first = _simulation.Listen(There, Port);
        _simulation.Listen(Elsewhere, Port);
        Start(options => options with { EndPointOrder = EndPointOrder.RoundRobin }, There, Elsewhere);
        _simulation.RunUntil(() => Connections == 1, Minute);
        first.Peers[0].Reset();
        _simulation.RunUntil(() => Connections == 2, Minute);
        Assert.Equal([There, Elsewhere], Targets());
        Assert.Equal($"tcp://{Elsewhere}:{Port}", Status().EndPoint);
    }

    [Fact]
    public void Names_are_asked_for_anew_at_every_attempt()
    {
        _simulation.SetName("relay.test", Elsewhere);
        Start("relay.test");
        _simulation.Run(1.5 * Second);
        Assert.Equal(0, Connections);
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        _simulation.SetName("relay.test", There);
        _simulation.RunUntil(() => Connections == 1, Minute);
        Assert.Single(server.Peers);
    }

    [Fact]
    public void Happy_eyeballs_reach_an_address_that_answers_beside_one_that_does_not()
    {
        _simulation.SetName("relay.test", "fd00::2", There);
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        _simulation.Listen("fd00::2", Port);
        _simulation.Isolate("fd00::2");
        Start(
            options =>
                options with
                {
                    Connect = _system.Reactor().ConnectDefaults with { ConnectOrder = ConnectOrder.HappyEyeballs },
                },
            "relay.test"
        );
        _simulation.RunUntil(() => Connections == 1, TimeSpan.FromMilliseconds(600));
        Assert.Single(server.Peers);
        Assert.Equal(1, _simulation.OpenSockets(Here));

        // The one that lost is closed, and nobody hears of it when it answers after all.
        _simulation.Rejoin("fd00::2");
        _simulation.Run(Minute);
        Assert.Equal(1, Connections);
        Assert.Equal(1, _simulation.OpenSockets(Here));
    }

    [Fact]
    public void Its_layers_and_its_successors_end_with_the_connection()
    {
        ActorSystem other = _simulation.CreateSystem("server", There);
        Witness echo = new(_simulation) { OnReceived = (protocol, data) => protocol.Write(data) };
        ListenerOptions tls = new() { Tls = new TlsServerOptions(TlsSpec.MakeCertificate()) };
        _simulation.Bind(other, $"tls://{There}:{Port}", echo.Props, tls);
        _diary.OnConnected = protocol =>
        {
            protocol.Secure();
            protocol.Send("through TLS");
        };
        Start(options =>
            options with
            {
                Connect = new ConnectOptions
                {
                    Tls = new TlsClientOptions("server.test") { Verify = TlsVerification.NoneDangerous },
                },
            }
        );
        for (int connection = 1; connection <= 3; connection++)
        {
            _simulation.RunUntil(() => _diary.All<string>().Length == connection, Minute);
            Assert.Equal("through TLS", _diary.All<string>()[^1]);
            Do(protocol => Assert.Single(protocol.Children));
            Do(protocol => protocol.End());
            _simulation.RunUntil(() => _diary.All<Closed>().Length == connection, Minute);
            Do(protocol => Assert.Empty(protocol.Children));
        }

        Assert.Equal(1, _diary.Instances);
    }

    [Fact]
    public void It_says_what_it_is_at()
    {
        Start(options => options with { Name = "upstream" });
        _simulation.Run(TimeSpan.FromMilliseconds(400));
        ClientStatus waiting = Status();
        Assert.Equal(("upstream", ClientState.Waiting, 1), (waiting.Name, waiting.State, waiting.Attempt));
        Assert.IsType<ConnectRefusedException>(waiting.LastFailure);
        Assert.InRange(waiting.RetryIn!.Value.TotalMilliseconds, 590, 610);
        _simulation.Listen(There, Port);
        _simulation.RunUntil(() => Connections == 1, Minute);
        ClientStatus connected = Status();
        Assert.Equal((ClientState.Connected, 0, null), (connected.State, connected.Attempt, connected.LastFailure));
        Assert.Equal($"tcp://{There}:{Port}", connected.EndPoint);
    }

    [Fact]
    public void Two_clients_cannot_have_one_name()
    {
        Start(options => options with { Name = "upstream" });
        ReactorConfigurationException refusal = Assert.Throws<ReactorConfigurationException>(() =>
            Start(options => options with { Name = "upstream" })
        );
        Assert.Equal("name: is upstream, which is already taken by a listener or a client", refusal.Message);
    }
}
