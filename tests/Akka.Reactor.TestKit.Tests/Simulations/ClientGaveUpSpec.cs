using System;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Clients;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A client that gave up: it still says so, and why, until it is told to go.</summary>
public sealed class ClientGaveUpSpec : ClientFixture
{
    [Fact]
    public void It_says_that_it_gave_up_and_why()
    {
        StartAndGiveUp("upstream");
        ClientStatus status = Status();
        Assert.Equal(("upstream", ClientState.GaveUp, 2), (status.Name, status.State, status.Attempt));
        Assert.IsType<ConnectRefusedException>(status.LastFailure);
        Assert.Null(status.RetryIn);
        ActorSelection byName = _system.ActorSelection("/user/reactor/upstream");
        Assert.Equal(status, _simulation.Await(() => byName.Ask<ClientStatus>(new GetStatus())));

        // There is nothing left to be told.
        _client.Tell(new Reconnect());
        _client.Tell(new Disconnect());
        _simulation.Run(Minute);
        Assert.Equal(ClientState.GaveUp, Status().State);
        Assert.Single(_diary.All<GaveUp>());
    }

    [Fact]
    public void It_says_what_its_protocol_failed_with()
    {
        _simulation.Listen(There, Port, peer => peer.Send("x"));
        _diary.OnReceived = (_, _) => throw new InvalidOperationException("on request");
        Start(options => options with { ProtocolCrash = ProtocolCrash.Stop });
        RunUntilEnded();
        ClientStatus status = Status();
        Assert.Equal(ClientState.GaveUp, status.State);
        Assert.IsType<ProtocolCrashedException>(status.LastFailure);
        Assert.Equal(0, _simulation.OpenSockets(Here));
    }

    [Fact]
    public void It_goes_when_it_is_closed()
    {
        StartAndGiveUp("upstream");
        _client.Tell(new Close());
        RunUntilGone();
    }

    [Fact]
    public void Its_name_is_free_for_another()
    {
        StartAndGiveUp("upstream");
        IActorRef first = _client;
        StartAndGiveUp("upstream");
        Assert.NotEqual(first, _client);
        Assert.Equal(first.Path.Name, _client.Path.Name);
        Assert.Equal(ClientState.GaveUp, Status().State);
    }

    [Fact]
    public void A_name_is_given_to_one_of_those_that_want_it_at_the_same_time()
    {
        StartAndGiveUp("upstream");
        ClientOptions options = new([$"tcp://{There}:{Port}"], _diary.Props) { Name = "upstream" };
        ReactorExtension reactor = _system.Reactor();
        Task<ClientStarted>[] both = _simulation.Await(
            async () =>
            {
                Task<ClientStarted>[] started = [reactor.StartClient(options), reactor.StartClient(options)];
                await Task.WhenAny(Task.WhenAll(started));
                return started;
            },
            Minute
        );
        _ = Assert.Single(both, started => started.IsFaulted);
    }

    [Fact]
    public void So_many_stay_and_the_first_goes_for_the_next()
    {
        StartAndGiveUp("first");
        IActorRef first = _client;
        for (int i = 1; i < FinishedClients.Most; i++)
        {
            StartAndGiveUp(name: null);
        }

        IActorRef last = _client;
        _client = first;
        Assert.Equal(ClientState.GaveUp, Status().State);
        StartAndGiveUp(name: null);
        _client = first;
        RunUntilGone();
        _client = last;
        Assert.Equal(ClientState.GaveUp, Status().State);
    }

    private void StartAndGiveUp(string? name)
    {
        Start(options =>
            options with
            {
                Name = name,
                Reconnect = EverySecond with { Policy = EverySecond.Policy with { Attempts = 2 } },
            }
        );
        RunUntilEnded();
    }

    private void RunUntilGone()
    {
        System.Collections.Generic.List<object> told = [];
        IActorRef watcher = _system.ActorOf(Props.Create(() => new Listing(told)));
        watcher.Tell(_client);
        _simulation.RunUntil(() => told.OfType<Terminated>().Any(), Minute);
    }
}
