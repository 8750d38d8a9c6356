using System;
using System.IO;
using System.Linq;
using System.Text;
using Akka.Actor;
using Akka.Reactor.Protocols;
using ReactorHost.Mail;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class MaildirActorSpec()
    : Akka.TestKit.Xunit2.TestKit("akka.loglevel = WARNING, reactor-host.storage.type = PinnedDispatcher", "maildir")
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder = new();

    [Fact]
    public void More_messages_than_writers_are_all_stored_and_each_is_confirmed_once()
    {
        IActorRef maildir = Start();
        string[] ids = [.. Enumerable.Range(0, 40).Select(number => $"id{number}")];
        foreach (string id in ids)
        {
            maildir.Tell(Message(id), TestActor);
        }

        string[] stored = [.. ids.Select(_ => ExpectMsg<SmtpStored>(Deadline).Id)];
        Assert.Equal(ids.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
        string[] contents =
        [
            .. StoredMail.ReadAll(_folder.Maildir).Select(mail => Encoding.ASCII.GetString(mail.Content)),
        ];
        Assert.Equal(
            ids.Select(id => $"{id}\r\n").Order(StringComparer.Ordinal),
            contents.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_failure_is_answered_with_its_reason_and_the_writer_goes_on()
    {
        IActorRef maildir = Start();
        File.WriteAllText(_folder.Maildir, "");
        for (int number = 0; number < 10; number++)
        {
            maildir.Tell(Message($"id{number}"), TestActor);
            SmtpNotStored answer = ExpectMsg<SmtpNotStored>(Deadline);
            Assert.Equal($"id{number}", answer.Id);
            Assert.False(answer.Permanent);
            Assert.Contains(_folder.Maildir, answer.Explanation, StringComparison.Ordinal);
        }

        File.Delete(_folder.Maildir);
        maildir.Tell(Message("last"), TestActor);
        Assert.Equal("last", ExpectMsg<SmtpStored>(Deadline).Id);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _folder.Dispose();
    }

    private IActorRef Start() =>
        Sys.ActorOf(MaildirActor.Props(new Maildir(_folder.Maildir, "mx.test", TimeProvider.System)), "maildir");

    private static SmtpMessage Message(string id) =>
        new()
        {
            Id = id,
            Helo = "client.test",
            ReversePath = "a@b.test",
            Recipients = ["c@d.test"],
            Content = SmtpContent.FromBytes(Encoding.ASCII.GetBytes($"{id}\r\n")),
        };
}
