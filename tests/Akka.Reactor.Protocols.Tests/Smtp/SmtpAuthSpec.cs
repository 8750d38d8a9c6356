using System;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>AUTH (RFC 4954) in the pure session, over TLS unless a test says otherwise.</summary>
public sealed class SmtpAuthSpec
{
    private const string Malformed = "501 5.5.2 Cannot decode this\r\n";
    private const string Failed = "535 5.7.8 Authentication credentials invalid\r\n";

    private static readonly SmtpOptions Options = new() { HostName = "mx.test" };

    [Fact]
    public void It_is_offered_over_TLS_only_and_with_an_authenticator_only()
    {
        const string Auth = "250-AUTH PLAIN LOGIN\r\n";
        Assert.Contains(Auth, Secured().Say("EHLO x\r\n"), StringComparison.Ordinal);
        Assert.DoesNotContain(Auth, Clear().Say("EHLO x\r\n"), StringComparison.Ordinal);
        SmtpDialogue without = new(Options);
        without.Do((session, _) => session.Secured("TLS 1.3"));
        Assert.DoesNotContain("AUTH", without.Say("EHLO x\r\n"), StringComparison.Ordinal);
        Assert.Equal("502 5.5.1 Command not implemented\r\n", without.Say("AUTH PLAIN\r\n"));
    }

    [Fact]
    public void A_password_in_the_clear_is_refused_and_not_looked_at()
    {
        SmtpDialogue dialogue = Clear().Greeted();
        Assert.Equal(
            "538 5.7.11 Encryption required; say STARTTLS first\r\n",
            dialogue.Say(Plain("", "joe", "secret"))
        );
        Assert.Empty(dialogue.Actions);
        Assert.Null(dialogue.Session.Login);
    }

    [Fact]
    public void The_dialogue_of_PLAIN_and_LOGIN_is_the_same_however_it_is_cut()
    {
        string[] dialogues =
        [
            Plain("", "joe", "s\u00e9cret"),
            Plain("joe", "joe", "s\u00e9cret"),
            $"AUTH PLAIN\r\n{Base64("\0joe\0s\u00e9cret")}\r\n",
            $"auth login\r\n{Base64("joe")}\r\n{Base64("s\u00e9cret")}\r\n",
            $"AUTH LOGIN {Base64("joe")}\r\n{Base64("s\u00e9cret")}\r\n",
        ];
        foreach (string text in dialogues)
        {
            string result = ByteFeeder.SameHoweverCut<string>(
                Encoding.ASCII.GetBytes(text + "NOOP\r\n"),
                cutting =>
                {
                    SmtpDialogue dialogue = Greeted();
                    string replies = string.Concat(cutting.Parts.Select(part => dialogue.Say(part.Span)));
                    Assert.Equal([SmtpAction.Authenticate], dialogue.Actions);
                    SmtpAuthenticate login = dialogue.Session.Login!;
                    Assert.Equal("s\u00e9cret", login.Password);
                    Assert.Equal(SmtpDialogue.Peer, login.RemoteEndPoint);
                    Assert.Equal("NOOP\r\n".Length, dialogue.Kept);
                    replies += dialogue.Do((session, r) => session.Complete(new SmtpAuthenticated(login.Id), r));
                    return $"{login.UserName}: {replies}";
                }
            );
            Assert.StartsWith("joe: ", result, StringComparison.Ordinal);
            Assert.EndsWith(
                "235 2.7.0 Authentication successful\r\n250 2.0.0 Ok\r\n",
                result,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void The_challenges_of_LOGIN_ask_for_user_name_and_password()
    {
        SmtpDialogue dialogue = Greeted();
        Assert.Equal("334 \r\n", dialogue.Say("AUTH PLAIN\r\n"));
        Assert.Equal("501 5.7.0 Authentication cancelled\r\n", dialogue.Say("*\r\n"));
        Assert.Equal($"334 {Base64("Username:")}\r\n", dialogue.Say("AUTH LOGIN\r\n"));
        Assert.Equal($"334 {Base64("Password:")}\r\n", dialogue.Say(Base64("joe") + "\r\n"));
        Assert.Equal("501 5.7.0 Authentication cancelled\r\n", dialogue.Say("*\r\n"));
        Assert.Equal("250 2.0.0 Ok\r\n", dialogue.Say("NOOP\r\n"));
        Assert.Empty(dialogue.Actions);
    }

    [Theory]
    [InlineData("AUTH\r\n", "501 5.5.4 Syntax error in argument\r\n")]
    [InlineData("AUTH CRAM-MD5\r\n", "504 5.5.4 Mechanism not recognized\r\n")]
    [InlineData("AUTH PLAINX AGEAYg==\r\n", "504 5.5.4 Mechanism not recognized\r\n")]
    [InlineData("AUTH PLAIN =\r\n", Malformed)]
    [InlineData("AUTH PLAIN AGEAYg=\r\n", Malformed)]
    [InlineData("AUTH PLAIN AGEA Yg==\r\n", Malformed)]
    [InlineData("AUTH PLAIN AGEAYg==x\r\n", Malformed)]
    [InlineData("AUTH PLAIN YWI=\r\n", Malformed)] // no NUL
    [InlineData("AUTH PLAIN AGFi\r\n", Malformed)] // one NUL
    [InlineData("AUTH PLAIN AGEAYgBj\r\n", Malformed)] // three NULs
    [InlineData("AUTH PLAIN AABi\r\n", Malformed)] // no user name
    [InlineData("AUTH PLAIN AGEA\r\n", Malformed)] // no password
    [InlineData("AUTH PLAIN AP8AYg==\r\n", Malformed)] // not UTF-8
    [InlineData("AUTH LOGIN =\r\n", Malformed)]
    [InlineData("AUTH LOGIN AGE=\r\n", Malformed)]
    public void What_is_malformed_is_refused_and_not_asked_about(string command, string reply)
    {
        SmtpDialogue dialogue = Greeted();
        Assert.Equal(reply, dialogue.Say(command));
        Assert.Equal("250 2.0.0 Ok\r\n", dialogue.Say("NOOP\r\n"));
        Assert.Empty(dialogue.Actions);
    }

    [Fact]
    public void An_identity_that_is_not_the_users_own_is_refused_as_a_wrong_password()
    {
        SmtpDialogue dialogue = Greeted();
        Assert.Equal(Failed, dialogue.Say(Plain("root", "joe", "secret")));
        Assert.Empty(dialogue.Actions);
    }

    [Fact]
    public void A_wrong_password_is_refused_and_the_third_ends_the_session()
    {
        SmtpDialogue dialogue = Greeted();
        Assert.Equal(Failed, TryWrongly(dialogue));
        dialogue.Say("MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nx\r\n.\r\n");
        Assert.Equal(Failed, TryWrongly(dialogue));
        Assert.Equal("421 4.7.0 mx.test: Too many failed authentications\r\n", TryWrongly(dialogue));
        Assert.Equal(SmtpEnd.TooManyAuthFailures, dialogue.Session.Ended);
    }

    [Fact]
    public void A_temporary_failure_does_not_count()
    {
        SmtpDialogue dialogue = Greeted();
        for (int i = 0; i < 10; i++)
        {
            dialogue.Say(Plain("", "joe", "secret"));
            Assert.Equal(
                "454 4.7.0 Authentication not possible now, try again later\r\n",
                dialogue.Do((s, r) => s.Complete(new SmtpNotAuthenticated(s.Login!.Id, "", Temporary: true), r))
            );
        }
    }

    [Fact]
    public void An_answer_to_another_question_is_ignored()
    {
        SmtpDialogue dialogue = Greeted();
        dialogue.Say(Plain("", "joe", "secret"));
        string first = dialogue.Session.Login!.Id;
        Assert.Equal("", dialogue.Do((s, r) => Assert.False(s.Complete(new SmtpAuthenticated("another"), r))));
        dialogue.Do((s, r) => s.Complete(new SmtpNotAuthenticated(first, ""), r));
        Assert.Equal("", dialogue.Do((s, r) => Assert.False(s.Complete(new SmtpAuthenticated(first), r))));
        dialogue.Say(Plain("", "joe", "secret"));
        Assert.Equal("", dialogue.Do((s, r) => Assert.False(s.Complete(new SmtpAuthenticated(first), r))));
    }

    [Fact]
    public void It_comes_after_EHLO_once_and_outside_of_a_message()
    {
        SmtpDialogue dialogue = Secured();
        Assert.Equal("503 5.5.1 Send EHLO or HELO first\r\n", dialogue.Say("AUTH PLAIN\r\n"));
        dialogue.Say("EHLO x\r\nMAIL FROM:<a@b.test>\r\n");
        Assert.Equal("503 5.5.1 Not during a mail transaction\r\n", dialogue.Say("AUTH PLAIN\r\n"));
        dialogue.Say("RSET\r\n" + Plain("", "joe", "secret"));
        dialogue.Do((s, r) => s.Complete(new SmtpAuthenticated(s.Login!.Id), r));
        Assert.Equal("503 5.5.1 Already authenticated\r\n", dialogue.Say(Plain("", "joe", "secret")));
    }

    [Fact]
    public void A_message_has_the_user_name()
    {
        SmtpDialogue dialogue = Greeted();
        dialogue.Say(Plain("", "joe", "secret"));
        dialogue.Do((s, r) => s.Complete(new SmtpAuthenticated(s.Login!.Id), r));
        Assert.StartsWith("250 2.1.0", dialogue.Say("MAIL FROM:<a@b.test> AUTH=<>\r\n"), StringComparison.Ordinal);
        dialogue.Say("RCPT TO:<c@d.test>\r\nDATA\r\nx\r\n.\r\n");
        SmtpMessage message = Assert.Single(dialogue.Messages);
        Assert.Equal("joe", message.UserName);
        Assert.Equal("ESMTPSA", message.WithProtocol);
    }

    [Fact]
    public void It_may_be_required()
    {
        SmtpDialogue dialogue = Secured(Options with { RequireAuth = true }).Greeted();
        Assert.Equal("530 5.7.0 Authentication required\r\n", dialogue.Say("MAIL FROM:<a@b.test>\r\n"));
        dialogue.Say(Plain("", "joe", "secret"));
        dialogue.Do((s, r) => s.Complete(new SmtpAuthenticated(s.Login!.Id), r));
        Assert.Equal("250 2.1.0 Ok\r\n", dialogue.Say("MAIL FROM:<a@b.test>\r\n"));
    }

    [Theory]
    [InlineData(12288, true)]
    [InlineData(12289, false)]
    public void A_line_of_an_exchange_may_have_12288_octets(int octets, bool accepted)
    {
        string line = new string('A', octets - 2) + "\r\n";
        foreach (int segment in (int[])[int.MaxValue, 1000])
        {
            SmtpDialogue dialogue = Greeted();
            dialogue.SegmentSize = segment;
            dialogue.Say("AUTH LOGIN\r\n");
            Assert.Equal(
                accepted ? Malformed : "500 5.5.6 Authentication exchange line too long\r\n",
                dialogue.Say(line)
            );
            Assert.Equal("250 2.0.0 Ok\r\n", dialogue.Say("NOOP\r\n"));
        }
    }

    [Theory]
    [InlineData(12288, true)]
    [InlineData(12289, false)]
    public void The_command_itself_may_have_12288_octets(int octets, bool accepted)
    {
        string line = "AUTH PLAIN " + new string('A', octets - 13) + "\r\n";
        foreach (int segment in (int[])[int.MaxValue, 1000])
        {
            SmtpDialogue dialogue = Greeted();
            dialogue.SegmentSize = segment;
            Assert.Equal(accepted ? Malformed : "500 5.5.2 Line too long\r\n", dialogue.Say(line));
            Assert.Equal("250 2.0.0 Ok\r\n", dialogue.Say("NOOP\r\n"));
        }
    }

    [Theory]
    [InlineData(1065, true)]
    [InlineData(1066, false)]
    public void MAIL_may_have_500_octets_more_where_AUTH_is_offered(int octets, bool accepted)
    {
        const string Command = "MAIL FROM:<a@b.test> AUTH=";
        string line = Command + new string('a', octets - Command.Length - 2) + "\r\n";
        Assert.Equal(accepted ? "250 2.1.0 Ok\r\n" : "500 5.5.2 Line too long\r\n", Greeted().Say(line));
        Assert.Equal("500 5.5.2 Line too long\r\n", Clear().Greeted().Say(line));
    }

    [Fact]
    public void The_text_of_the_question_has_no_secret()
    {
        SmtpDialogue dialogue = Greeted();
        dialogue.Say(Plain("", "joe", "secret"));
        string text = dialogue.Session.Login!.ToString();
        Assert.DoesNotContain("joe", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    private static string TryWrongly(SmtpDialogue dialogue)
    {
        dialogue.Say(Plain("", "joe", "wrong"));
        return dialogue.Do((s, r) => s.Complete(new SmtpNotAuthenticated(s.Login!.Id, "wrong password"), r));
    }

    private static SmtpDialogue Greeted() => Secured().Greeted();

    private static SmtpDialogue Secured(SmtpOptions? options = null)
    {
        SmtpDialogue dialogue = new(options ?? Options, canAuthenticate: true);
        dialogue.Do((session, _) => session.Secured("TLS 1.3"));
        return dialogue;
    }

    private static SmtpDialogue Clear() => new(Options, canStartTls: true, canAuthenticate: true);

    private static string Plain(string identity, string user, string password) =>
        $"AUTH PLAIN {Base64($"{identity}\0{user}\0{password}")}\r\n";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
