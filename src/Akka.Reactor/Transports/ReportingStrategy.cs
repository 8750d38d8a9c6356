using System;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>
/// A supervisor strategy in two parts: one decides and does nothing else, the other reports every failure before the decision is
/// carried out. The supervisor must not use the report to change its own state, except by a message to itself.
/// </summary>
/// <param name="decide">Maps a child and its failure to a directive. Has no effect.</param>
/// <param name="report">Logs the failure, or sends it to the actor that handles it.</param>
internal sealed class ReportingStrategy(
    Func<IActorRef, Exception, Directive> decide,
    Action<IActorRef, Exception> report
) : OneForOneStrategy
{
    protected override Directive Handle(IActorRef child, Exception exception) => decide(child, exception);

    protected override void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive) =>
        report(child, cause);
}
