using System;
using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>
/// One question at a time from a protocol actor to an actor of the user, with a time limit. The actor may be missing, stop, or never
/// answer; the asker then learns why there is no answer. Used on the asker's thread only.
/// </summary>
/// <param name="target">The actor to ask.</param>
/// <param name="noun">The actor's part, for the log.</param>
/// <param name="context">The asker's context.</param>
/// <param name="createTimer">Creates a timer of the asker's connection.</param>
internal sealed class SmtpQuestion(
    SmtpTarget target,
    string noun,
    IActorContext context,
    Func<object, ConnectionTimer> createTimer
)
{
    private ConnectionTimer? _timer;
    private IActorRef? _asked;
    private object? _question;

    /// <summary>The id of the question; null while there is none.</summary>
    public string? Id { get; private set; }

    /// <summary>Asks. The answer comes to the asker.</summary>
    public void Ask(string id, object question, TimeSpan timeout)
    {
        Id = id;
        _question = question;
        _timer = createTimer(new Expired(this, id));
        _timer.Start(timeout);
        if (target.Actor is { } actor)
            Hand(actor);
        else
            target.LookUp(id, context.Self);
    }

    /// <summary>
    /// Looks whether a message of the asker is about this question. Returns the reason for which there will be no answer, or null.
    /// </summary>
    public string? WhyNotAnswered(object message)
    {
        switch (message)
        {
            case ActorIdentity { Subject: null } identity when Equals(identity.MessageId, Id):
                return $"there is no actor at {target.Path}";
            case ActorIdentity identity when Equals(identity.MessageId, Id):
                if (_asked is null)
                    Hand(identity.Subject!);
                return null;
            case Expired expired
                when expired.Question == this && string.Equals(expired.Id, Id, StringComparison.Ordinal):
                return "no answer in time";
            case Terminated terminated when terminated.ActorRef.Equals(_asked):
                return $"the {noun} has stopped";
            default:
                return null;
        }
    }

    /// <summary>Ends the question.</summary>
    public void End()
    {
        _timer?.Stop();
        if (_asked is not null)
            context.Unwatch(_asked);
        _timer = null;
        _asked = null;
        _question = null;
        Id = null;
    }

    /// <summary>Whether the message belongs to questions, this one or an earlier one.</summary>
    public static bool IsOfQuestions(object message) => message is ActorIdentity or Expired or Terminated;

    private void Hand(IActorRef actor)
    {
        _asked = context.Watch(actor);
        actor.Tell(_question, context.Self);
    }

    private sealed record Expired(SmtpQuestion Question, string Id) : INoSerializationVerificationNeeded;
}
