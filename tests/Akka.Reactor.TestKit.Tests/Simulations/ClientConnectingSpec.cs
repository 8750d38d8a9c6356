using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>How a client starts: its name, its loop, its first attempts, and whom it tells when it cannot.</summary>
public sealed class ClientConnectingSpec : ClientFixture
{
    [Fact]
    public void A_client_without_a_name_is_given_one_that_is_free()
    {
        Start(options => options with { Name = "client-1" });
        Start();
        Assert.Equal("client-2", _client.Path.Name);
    }

    [Fact]
    public void Who_asks_for_a_client_whose_protocol_cannot_be_made_is_told_so()
    {
        List<object> told = [];
        IActorRef asker = _system.ActorOf(Props.Create(() => new Listing(told)));
        ClientOptions options = new([$"tcp://{There}:{Port}"], _diary.Props.WithDispatcher("no-such-dispatcher"))
        {
            Name = "upstream",
        };
        _system.Reactor().Manager.Tell(new StartClient(options), asker);
        _simulation.Run(Minute);
        StartClientFailed failed = Assert.IsType<StartClientFailed>(Assert.Single(told));
        Assert.Equal("upstream", failed.Name);
        Assert.StartsWith("protocol: ", Assert.IsType<ReactorConfigurationException>(failed.Cause).Message);
        Assert.Contains("no-such-dispatcher", failed.Cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deadline_counts_from_the_beginning_of_the_first_attempt()
    {
        _simulation.Faults = new SimulatedFaults { ConnectHangs = 1 };
        TimeSpan begun = _simulation.Now;
        Start(options => options with { Reconnect = EverySecond with { Deadline = 5 * Second } });
        RunUntilEnded();

        // An attempt takes 5 s: there is no time for another.
        Assert.Equal("connecting-1 gave-up", _diary.Story);
        Assert.InRange((_simulation.Now - begun).TotalSeconds, 5, 6);
    }

    [Fact]
    public void A_connection_that_ends_in_the_turn_in_which_it_is_there_counts_as_one()
    {
        _simulation.Listen(There, Port);
        Start(options =>
            options with
            {
                Connect = _system.Reactor().ConnectDefaults with
                {
                    Layers = [new Layer("fleeting", lower => Props.Create(() => new Fleeting(lower)))],
                },
                Reconnect = EverySecond with
                {
                    Policy = EverySecond.Policy with { Attempts = 3 },
                    ResetAfter = 0.5 * Second,
                },
            }
        );
        RunUntilEnded();

        // It has not lasted, and what failed before it is not forgotten.
        Assert.Equal([1, 2, 3], _diary.All<Connecting>().Select(connecting => connecting.Attempt));
        Assert.Single(_diary.All<GaveUp>());
    }

    [Fact]
    public void A_client_beside_a_connection_is_served_by_its_loop()
    {
        ActorSystem system = _simulation.CreateSystem(
            "two",
            "10.0.0.9",
            ConfigurationFactory.ParseString("akka.reactor.selectors = 4")
        );
        _simulation.Listen(There, Port);
        Props witness = new Witness(_simulation).Props;
        string endPoint = $"tcp://{There}:{Port}";
        Connected first = _simulation.Await(() => system.Reactor().Connect(endPoint, witness)).Connection;
        ConnectOptions beside = system.Reactor().ConnectDefaults with { LoopOf = first };

        // More than one, since chance would have one in four there.
        for (int i = 0; i < 4; i++)
        {
            ClientDiary diary = new(_simulation);
            ClientOptions options = new([endPoint], diary.Props) { Connect = beside };
            _simulation.Await(() => system.Reactor().StartClient(options));
            _simulation.RunUntil(() => diary.All<Connected>().Length == 1, Minute);
            Assert.Equal(first.Dispatcher, diary.All<Connected>()[0].Dispatcher);
        }
    }

    /// <summary>Fails as soon as it is there.</summary>
    private sealed class Fleeting(IActorRef lower) : LayerActor(lower)
    {
        protected override void OnLowerConnected()
        {
            Established();
            Fail(CloseReason.Failed, new PeerViolationException("at once"));
        }
    }
}
