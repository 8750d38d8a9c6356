using System;
using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>An actor of the user: known, or looked up again for each question, because it may start later and be replaced.</summary>
internal sealed class SmtpTarget
{
    private readonly ActorSelection? _selection;

    public SmtpTarget(IActorRef actor) => Actor = actor ?? throw new ArgumentNullException(nameof(actor));

    public SmtpTarget(ActorSelection selection) =>
        _selection = selection ?? throw new ArgumentNullException(nameof(selection));

    /// <summary>The actor; null if it is looked up.</summary>
    public IActorRef? Actor { get; }

    public string Path => _selection!.PathString;

    /// <summary>Asks who is there. The answer is an <see cref="ActorIdentity"/> with the same id.</summary>
    public void LookUp(string id, IActorRef asker) => _selection!.Tell(new Identify(id), asker);
}
