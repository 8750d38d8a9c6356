using System;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Protocols;

namespace ReactorHost.Mail;

/// <summary>Stores one message at a time, on its own thread (see the dispatcher in host.conf).</summary>
internal sealed class MaildirWriter : UntypedActor
{
    private readonly Maildir _maildir;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public MaildirWriter(Maildir maildir)
    {
        _maildir = maildir;
    }

    internal static Props Props(Maildir maildir) =>
        Akka.Actor.Props.Create(() => new MaildirWriter(maildir)).WithDispatcher("reactor-host.storage");

    protected override void OnReceive(object message)
    {
        if (message is not MaildirActor.Delivery delivery)
        {
            Unhandled(message);
            return;
        }

        delivery.Session.Tell(Store(delivery.Message));
        Context.Parent.Tell(MaildirActor.Free.Instance);
    }

    private object Store(SmtpMessage message)
    {
        try
        {
            _maildir.Store(message);
            _log.Info(
                "stored {0}: {1} bytes from <{2}> to {3} recipient(s)",
                message.Id,
                message.Content.Length,
                message.ReversePath,
                message.Recipients.Count
            );
            return new SmtpStored(message.Id);
        }
        catch (Exception failure)
        {
            // Every exception is caught, because the session waits for an answer. After this answer its peer keeps the
            // message.
            return new SmtpNotStored(message.Id, failure.Message);
        }
    }
}
