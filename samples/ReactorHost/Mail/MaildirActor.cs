using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Protocols;

namespace ReactorHost.Mail;

/// <summary>
/// Receives messages from SMTP sessions and gives each message to a free writer. A disk that does not answer blocks only
/// the writers and the sessions that wait for their answers. It blocks no event loop and no pool thread.
/// </summary>
/// <remarks>
/// The number of waiting messages is bounded by the number of connections, because a session hands over one message at a
/// time.
/// </remarks>
internal sealed class MaildirActor : UntypedActor
{
    /// <summary>
    /// The number of messages that are stored at the same time. Each costs a thread, because flushing a file has no
    /// asynchronous form.
    /// </summary>
    private const int Writers = 4;

    private readonly Queue<Delivery> _waiting = new();
    private readonly Stack<IActorRef> _free = new();

    public MaildirActor(Maildir maildir)
    {
        for (int number = 0; number < Writers; number++)
        {
            _free.Push(Context.ActorOf(MaildirWriter.Props(maildir), $"writer-{number}"));
        }
    }

    internal static Props Props(Maildir maildir) => Akka.Actor.Props.Create(() => new MaildirActor(maildir));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SmtpMessage mail:
                _waiting.Enqueue(new Delivery(mail, Sender));
                break;
            case Free:
                _free.Push(Sender);
                break;
            default:
                Unhandled(message);
                break;
        }

        while (_waiting.Count > 0 && _free.TryPop(out IActorRef? writer))
        {
            writer.Tell(_waiting.Dequeue());
        }
    }

    /// <summary>A message, and the session that waits for the answer.</summary>
    internal sealed record Delivery(SmtpMessage Message, IActorRef Session) : INoSerializationVerificationNeeded;

    /// <summary>Reports that a writer has answered and can take the next message.</summary>
    internal sealed class Free : INoSerializationVerificationNeeded
    {
        internal static readonly Free Instance = new();
    }
}
