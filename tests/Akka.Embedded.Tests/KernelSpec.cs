using System;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Embedded.Tests;

/// <summary>Deadlines for a loaded machine, and no log lines that nobody reads.</summary>
public abstract class KernelSpec : Akka.TestKit.Xunit2.TestKit
{
    private const string Defaults = """
        akka.loglevel = WARNING
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.test.single-expect-default = 20s
        akka.test.filter-leeway = 20s
        """;

    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>How long a test waits for what must not happen.</summary>
    protected static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(150);

    protected KernelSpec(string config = "")
        : base(config + "\n" + Defaults) { }

    protected static async Task<T> Within<T>(Task<T> task) => await task.WaitAsync(Soon);

    protected static async Task Within(Task task) => await task.WaitAsync(Soon);

    protected sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    /// <summary>Runs what it is told with its own context: tests say in one place what an actor does.</summary>
    protected sealed class Puppet : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Action<IActorContext> act)
                act(Context);
            else
                Unhandled(message);
        }
    }

    protected IActorRef APuppet(string? name = null) => Sys.ActorOf(Props.Create(() => new Puppet()), name);

    protected static Action<IActorContext> Do(Action<IActorContext> act) => act;
}
