using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Selectors;

/// <summary>
/// The parent of the selectors. After a crash a selector gets a fresh engine, however often it crashes. A selector that cannot
/// start (there is no engine) is stopped, and its connections are closed with a typed reason.
/// </summary>
internal sealed class SelectorsSupervisor : UntypedActor
{
    private readonly Dictionary<IActorRef, Selector> _selectors = [];

    public SelectorsSupervisor(IReadOnlyList<Selector> selectors)
    {
        foreach (Selector selector in selectors)
        {
            IActorRef actor = Context.ActorOf(SelectorActor.Props(selector), $"selector-{selector.Index}");
            _selectors.Add(Context.Watch(actor), selector);
        }
    }

    internal static Props Props(IReadOnlyList<Selector> selectors) =>
        Akka.Actor.Props.Create(() => new SelectorsSupervisor(selectors));

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(
            cause => cause is ActorInitializationException ? Directive.Stop : Directive.Restart,
            loggingEnabled: true
        );

    protected override void OnReceive(object message)
    {
        if (message is Terminated { ActorRef: var actor } && _selectors.Remove(actor, out Selector? selector))
        {
            // A selector actor that could not start, or start again, has not run its own PostStop.
            SelectorStoppedException cause = new(actor.Path.ToString());
            selector.Loop.Execute(new ActionRun(() => selector.FailAll(cause)));
        }
        else
        {
            Unhandled(message);
        }
    }
}
