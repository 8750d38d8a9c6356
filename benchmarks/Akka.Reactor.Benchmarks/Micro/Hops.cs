using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using BenchmarkDotNet.Attributes;

namespace Akka.Reactor.Benchmarks.Micro;

/// <summary>Measures the cost of a message from actor to actor, by the place where the actors run.</summary>
public class Hops
{
    private const int Messages = 100_000;
    private const string Loop = "akka.reactor.loop-";
    private const string Default = "akka.actor.default-dispatcher";

    private ActorSystem _system = null!;
    private IActorRef _first = null!;
    private IActorRef _second = null!;

    /// <summary>The place where the two actors run.</summary>
    public enum Place
    {
        /// <summary>Both actors are on the same loop, like a protocol and a layer.</summary>
        OneLoop,

        /// <summary>The actors are on two loops.</summary>
        TwoLoops,

        /// <summary>Both actors are on the default dispatcher.</summary>
        DefaultDispatcher,
    }

    /// <summary>The place where the two actors run.</summary>
    [Params(Place.OneLoop, Place.TwoLoops, Place.DefaultDispatcher)]
    public Place Where { get; set; }

    /// <summary>Starts the system.</summary>
    [GlobalSetup]
    public void Start()
    {
        _system = ActorSystem.Create(
            "hops",
            ConfigurationFactory.ParseString("akka { loglevel = WARNING, reactor.selectors = 2 }")
        );
        _system.Reactor();
        _first = _system.ActorOf(Props.Create<Bouncer>().WithDispatcher(Dispatcher(0)));
        _second = _system.ActorOf(Props.Create<Bouncer>().WithDispatcher(Dispatcher(1)));
    }

    /// <summary>Ends the system.</summary>
    [GlobalCleanup]
    public void Stop()
    {
        _system.Terminate().Wait();
        _system.Dispose();
    }

    /// <summary>Sends one message there, then one back, and so on, so that messages are never batched.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public Task PingPong()
    {
        Ball ball = new(Messages);
        _first.Tell(ball, _second);
        return ball.Done.Task;
    }

    private string Dispatcher(int number) =>
        Where switch
        {
            Place.OneLoop => Loop + "0",
            Place.TwoLoops => Loop + number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => Default,
        };

    private sealed class Ball(int left)
    {
        internal int Left { get; set; } = left;

        internal TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Bouncer : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Ball ball)
            {
                if (--ball.Left == 0)
                {
                    ball.Done.SetResult();
                }
                else
                {
                    Sender.Tell(ball, Self);
                }
            }
        }
    }
}
