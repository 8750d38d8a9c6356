using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor.Selectors;

/// <summary>
/// The parent of the selectors. A crash means a fresh engine, however often it happens; a selector that cannot start
/// (no engine to be had) is stopped, and its connections are closed with a typed reason.
/// </summary>
internal sealed class SelectorsSupervisor : UntypedActor
{
    public SelectorsSupervisor(IReadOnlyList<Selector> selectors)
    {
        foreach (Selector selector in selectors)
        {
            Context.ActorOf(SelectorActor.Props(selector), $"selector-{selector.Index}");
        }
    }

    internal static Props Props(IReadOnlyList<Selector> selectors) =>
        Akka.Actor.Props.Create(() => new SelectorsSupervisor(selectors));

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(
            cause => cause is ActorInitializationException ? Directive.Stop : Directive.Restart,
            loggingEnabled: true
        );

    protected override void OnReceive(object message) => Unhandled(message);
}
