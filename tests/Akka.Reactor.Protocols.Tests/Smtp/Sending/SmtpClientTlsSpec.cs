using System;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>STARTTLS and AUTH of the pure client session: what is sent in the clear, and what is not.</summary>
public sealed class SmtpClientTlsSpec
{
    private static readonly SmtpCredentials Credentials = new("joe", "secret");
    private static readonly SmtpSenderOptions Required = new() { Credentials = Credentials };

    private static readonly SmtpSenderOptions Opportunistic = new() { StartTls = SmtpStartTls.Opportunistic };

    private static readonly SmtpSenderOptions InClear = new()
    {
        StartTls = SmtpStartTls.Never,
        Credentials = Credentials,
        AllowAuthInClear = true,
    };

    [Fact]
    public void Everything_known_before_TLS_is_forgotten()
    {
        SmtpClientDialogue dialogue = new(Required);
        Assert.Equal(
            "EHLO me.test\r\nSTARTTLS\r\n",
            dialogue.Hear("220 mx\r\n" + SmtpClientDialogue.Ehlo("STARTTLS", "PIPELINING", "AUTH LOGIN"))
        );
        Assert.Equal("", dialogue.Hear("220 go\r\n"));
        Assert.Equal([SmtpClientAction.StartTls], dialogue.Actions);
        Assert.Equal("EHLO me.test\r\n", dialogue.Do((session, commands) => session.Secured(commands)));
        Assert.Equal("AUTH PLAIN AGpvZQBzZWNyZXQ=\r\n", dialogue.Hear(SmtpClientDialogue.Ehlo("AUTH PLAIN")));
        Assert.Equal("", dialogue.Hear("235 2.7.0 Ok\r\n"));
        Assert.Equal("MAIL FROM:<a@b.test>\r\n", dialogue.Send(SmtpClientDialogue.Message()));
    }

    [Theory]
    [InlineData("250 mx.test\r\n250 Ok\r\n")]
    [InlineData("\u0016\u0003\u0003")]
    [InlineData("2")]
    public void Nothing_behind_the_reply_to_STARTTLS_is_consumed_however_it_is_cut(string behind)
    {
        string text = "220 mx\r\n" + SmtpClientDialogue.Ehlo("STARTTLS") + "220 go\r\n" + behind;
        string commands = ByteFeeder.SameHoweverCut<string>(
            Encoding.Latin1.GetBytes(text),
            cutting =>
            {
                SmtpClientDialogue dialogue = new(Required);
                string sent = string.Concat(cutting.Parts.Select(part => dialogue.Hear(part.Span)));
                Assert.Equal([SmtpClientAction.StartTls], dialogue.Actions);
                Assert.Equal(behind.Length, dialogue.Kept);
                return sent;
            }
        );
        Assert.Equal("EHLO me.test\r\nSTARTTLS\r\n", commands);
    }

    [Theory]
    [InlineData("250 mx.test AUTH PLAIN STARTTLS\r\n", "The server does not offer STARTTLS, and TLS is required.")]
    [InlineData(
        "250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n454 4.7.0 no TLS\r\n",
        "The server has refused STARTTLS, and TLS is required: 454 4.7.0 no TLS"
    )]
    [InlineData(
        "250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n554 no TLS\r\n",
        "The server has refused STARTTLS, and TLS is required: 554 no TLS"
    )]
    [InlineData("502 no\r\n250 mx\r\n", "The server does not offer STARTTLS, and TLS is required.")]
    public void Without_TLS_that_is_required_neither_MAIL_nor_AUTH_is_sent(string text, string message)
    {
        SmtpClientDialogue dialogue = new(Required);
        string commands = dialogue.Hear("220 mx\r\n" + text);
        Assert.Equal(
            "QUIT",
            Assert.Single(
                commands.Split("\r\n", StringSplitOptions.RemoveEmptyEntries),
                line => line is not ("EHLO me.test" or "HELO me.test" or "STARTTLS")
            )
        );
        Assert.Equal(message, Assert.IsType<SmtpTlsException>(dialogue.Session.Failure).Message);
        Assert.Equal([SmtpClientAction.Close], dialogue.Actions);
    }

    [Fact]
    public void A_connection_that_cannot_start_TLS_is_not_used_if_TLS_is_required()
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue(Required, canStartTls: false).Greeted("STARTTLS");
        Assert.IsType<SmtpTlsException>(dialogue.Session.Failure);
    }

    [Fact]
    public void With_TLS_from_the_first_octet_STARTTLS_is_not_used()
    {
        SmtpClientDialogue dialogue = new(Required, isSecure: true, canStartTls: false);
        dialogue.Hear("220 mx\r\n");
        Assert.StartsWith(
            "AUTH PLAIN ",
            dialogue.Hear(SmtpClientDialogue.Ehlo("STARTTLS", "AUTH PLAIN LOGIN")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("250 mx\r\n")]
    [InlineData("250-mx\r\n250 STARTTLS\r\n454 no\r\n")]
    [InlineData("250-mx\r\n250 STARTTLS\r\n554 no\r\n")]
    public void Opportunistic_TLS_goes_on_in_the_clear_where_there_is_none_but_never_with_the_password(string text)
    {
        SmtpClientDialogue dialogue = new(Opportunistic);
        dialogue.Hear("220 mx\r\n" + text);
        Assert.True(dialogue.Session.IsIdle);

        SmtpClientDialogue withPassword = new(Opportunistic with { Credentials = Credentials });
        Assert.DoesNotContain("AUTH", withPassword.Hear("220 mx\r\n" + text), StringComparison.Ordinal);
        Assert.IsType<SmtpAuthException>(withPassword.Session.Failure);
    }

    [Fact]
    public void Opportunistic_TLS_uses_it_where_it_is_offered() =>
        Assert.EndsWith(
            "STARTTLS\r\n",
            new SmtpClientDialogue(Opportunistic).Hear("220 mx\r\n" + SmtpClientDialogue.Ehlo("STARTTLS")),
            StringComparison.Ordinal
        );

    [Fact]
    public void Without_TLS_the_password_is_sent_only_if_that_is_allowed()
    {
        SmtpClientDialogue refused = new(InClear with { AllowAuthInClear = false });
        Assert.DoesNotContain(
            "AUTH",
            refused.Hear("220 mx\r\n" + SmtpClientDialogue.Ehlo("AUTH PLAIN")),
            StringComparison.Ordinal
        );
        Assert.IsType<SmtpAuthException>(refused.Session.Failure);
        Assert.EndsWith(
            "AUTH PLAIN AGpvZQBzZWNyZXQ=\r\n",
            new SmtpClientDialogue(InClear).Hear("220 mx\r\n" + SmtpClientDialogue.Ehlo("AUTH PLAIN")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void LOGIN_is_used_where_PLAIN_is_not_offered()
    {
        SmtpClientDialogue dialogue = new(InClear);
        dialogue.Hear("220 mx\r\n");
        Assert.Equal("AUTH LOGIN\r\n", dialogue.Hear(SmtpClientDialogue.Ehlo("AUTH CRAM-MD5 login")));
        Assert.Equal("am9l\r\n", dialogue.Hear("334 VXNlcm5hbWU6\r\n"));
        Assert.Equal("c2VjcmV0\r\n", dialogue.Hear("334 UGFzc3dvcmQ6\r\n"));
        dialogue.Hear("235 Ok\r\n");
        Assert.True(dialogue.Session.IsIdle);
    }

    [Theory]
    [InlineData("AUTH CRAM-MD5", "", "The server offers neither AUTH PLAIN nor LOGIN.")]
    [InlineData("SIZE", "", "The server offers neither AUTH PLAIN nor LOGIN.")]
    [InlineData("AUTH PLAIN", "535 5.7.8 no\r\n", "The server has not accepted user name and password: 535 5.7.8 no")]
    [InlineData(
        "AUTH PLAIN",
        "454 4.7.0 later\r\n",
        "The server has not accepted user name and password: 454 4.7.0 later"
    )]
    [InlineData("AUTH PLAIN", "334 more\r\n", "The server has not accepted user name and password: 334 more")]
    [InlineData(
        "AUTH LOGIN",
        "334 a\r\n334 b\r\n334 c\r\n",
        "The server has not accepted user name and password: 334 c"
    )]
    [InlineData(
        "AUTH PLAIN",
        "535 AGpvZQBzZWNyZXQ= is wrong\r\n",
        "The server has not accepted user name and password: 535"
    )]
    [InlineData("AUTH PLAIN", "535 secret is wrong\r\n", "The server has not accepted user name and password: 535")]
    public void A_password_that_is_not_accepted_ends_the_session_and_is_not_in_the_failure(
        string offered,
        string reply,
        string message
    )
    {
        SmtpClientDialogue dialogue = new(InClear);
        string commands = dialogue.Hear("220 mx\r\n" + SmtpClientDialogue.Ehlo(offered) + reply);
        Assert.EndsWith("QUIT\r\n", commands, StringComparison.Ordinal);
        Assert.Equal(message, Assert.IsType<SmtpAuthException>(dialogue.Session.Failure).Message);
    }

    [Fact]
    public void The_text_of_credentials_and_options_has_no_password()
    {
        Assert.DoesNotContain("secret", Credentials.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Required.ToString(), StringComparison.Ordinal);
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => new SmtpCredentials("joe", "sec\0ret"));
        Assert.DoesNotContain("sec", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SmtpCredentials("joe", "a\ud800"));
        Assert.Throws<ArgumentException>(() => new SmtpCredentials("", "x"));
    }
}
