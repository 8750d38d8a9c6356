using System;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpPathSpec
{
    private static readonly SmtpOptions Strict = new() { Strict = true };
    private static readonly string Label63 = new('d', 63);

    // 63 * 3 + 3 dots + 63 = 255
    private static readonly string Domain255 = $"{Label63}.{Label63}.{Label63}.{Label63}";

    [Theory]
    [InlineData("<>", "")]
    [InlineData("<a@b>", "a@b")]
    [InlineData("<a.b.c@d.e.f>", "a.b.c@d.e.f")]
    [InlineData("<!#$%&'*+-/=?^_`{|}~@b>", "!#$%&'*+-/=?^_`{|}~@b")]
    [InlineData("<\"a b\"@c>", "\"a b\"@c")]
    [InlineData("<\"a>b\"@c>", "\"a>b\"@c")]
    [InlineData("<\"a@b\"@c>", "\"a@b\"@c")]
    [InlineData("<\"a\\\"b\\\\\"@c>", "\"a\\\"b\\\\\"@c")]
    [InlineData("<\"\"@c>", "\"\"@c")]
    [InlineData("<a@1.2.3.4.in-addr.example>", "a@1.2.3.4.in-addr.example")]
    [InlineData("<a@x--y.z>", "a@x--y.z")]
    [InlineData("<a@[192.0.2.1]>", "a@[192.0.2.1]")]
    [InlineData("<a@[255.255.255.255]>", "a@[255.255.255.255]")]
    [InlineData("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]")]
    [InlineData("<a@[ipv6:::ffff:192.0.2.1]>", "a@[ipv6:::ffff:192.0.2.1]")]
    [InlineData("<@hop.test:a@b>", "a@b")]
    [InlineData("<@one.test,@two.test:a@b>", "a@b")]
    public void A_reverse_path_is_read(string path, string mailbox)
    {
        Assert.Equal(mailbox, Read(path, forward: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a@b")]
    [InlineData("<a@b")]
    [InlineData("<a@>")]
    [InlineData("<@b>")]
    [InlineData("<a>")]
    [InlineData("< a@b>")]
    [InlineData("<a@b >")]
    [InlineData(" <a@b>")]
    [InlineData("<a b@c>")]
    [InlineData("<a@@b>")]
    [InlineData("<a@b@c>")]
    [InlineData("<.a@b>")]
    [InlineData("<a.@b>")]
    [InlineData("<a..b@c>")]
    [InlineData("<a,b@c>")]
    [InlineData("<a@.b>")]
    [InlineData("<a@b.>")]
    [InlineData("<a@b..c>")]
    [InlineData("<a@-b>")]
    [InlineData("<a@b->")]
    [InlineData("<a@b_c>")]
    [InlineData("<a@b.-c>")]
    [InlineData("<\u00e9@b>")]
    [InlineData("<a@\u00e9>")]
    [InlineData("<\"a@b>")]
    [InlineData("<\"a\"b@c>")]
    [InlineData("<\"a\\\"@b>")]
    [InlineData("<\"\u00e9\"@b>")]
    [InlineData("<\"\\\u00e9\"@b>")]
    [InlineData("<\"a\\")]
    [InlineData("<a@[192.0.2]>")]
    [InlineData("<a@[192.0.2.256]>")]
    [InlineData("<a@[192.0.2.1.]>")]
    [InlineData("<a@[0x7f.0.0.1]>")]
    [InlineData("<a@[192.0.2.1>")]
    [InlineData("<a@[]>")]
    [InlineData("<a@[IPv6:]>")]
    [InlineData("<a@[IPv6:192.0.2.1]>")]
    [InlineData("<a@[IPv6:fe80::1%eth0]>")]
    [InlineData("<a@[2001:db8::1]>")]
    [InlineData("<a@[tag:x]>")]
    [InlineData("<@hop.test>")]
    [InlineData("<@hop.test:>")]
    [InlineData("<@hop.test,a@b>")]
    [InlineData("<@hop.test a@b>")]
    [InlineData("<@:a@b>")]
    [InlineData("<postmaster>")]
    [InlineData("<<a@b>>")]
    public void A_bad_reverse_path_is_refused(string path)
    {
        Assert.Null(Read(path, forward: false));
    }

    [Theory]
    [InlineData("<a@b>", "a@b")]
    [InlineData("<postmaster>", "postmaster")]
    [InlineData("<PostMaster>", "PostMaster")]
    [InlineData("<Postmaster@d>", "Postmaster@d")]
    [InlineData("<>", null)]
    [InlineData("<root>", null)]
    [InlineData("<\"postmaster\">", null)]
    public void A_forward_path_may_be_a_bare_postmaster_but_not_null(string path, string? mailbox)
    {
        Assert.Equal(mailbox, Read(path, forward: true));
    }

    [Fact]
    public void The_lengths_of_RFC_5321_are_the_limits()
    {
        string local64 = new('l', 64);
        Assert.NotNull(Read($"<{local64}@d>", forward: false));
        Assert.Null(Read($"<l{local64}@d>", forward: false));

        Assert.Equal(255, Domain255.Length);
        // A path of 256 octets leaves room for a domain of 252 at most.
        Assert.Null(Read($"<l@{Domain255}>", forward: false));
        Assert.NotNull(Read($"<l@{Domain255[..252]}>", forward: false));
        Assert.Null(Read($"<l@{Domain255[..253]}>", forward: false));
        Assert.Null(Read($"<@hop:l@{Domain255[..252]}>", forward: false));

        Assert.NotNull(Read($"<l@{Label63}>", forward: false));
        Assert.Null(Read($"<l@d{Label63}>", forward: false));
    }

    [Fact]
    public void What_follows_the_path_is_left_for_the_parameters()
    {
        Assert.True(
            SmtpPath.TryRead(
                "<a@b> SIZE=1"u8,
                forward: false,
                new SmtpSyntax(Strict: true, Utf8: false),
                out _,
                out ReadOnlySpan<byte> rest
            )
        );
        Assert.True(rest.SequenceEqual(" SIZE=1"u8));
    }

    [Fact]
    public void No_cut_of_a_valid_path_is_valid()
    {
        foreach (string path in new[] { "<@h.test:\"a b\"@[IPv6:2001:db8::1]>", "<abc.def@g.test>" })
            Assert.All(Enumerable.Range(0, path.Length), cut => Assert.Null(Read(path[..cut], forward: true)));
    }

    [Theory]
    [InlineData("MAIL FROM:<a@@b>", "501 5.1.7")]
    [InlineData("MAIL FROM:a@b", "501 5.1.7")]
    [InlineData("MAIL FROM: <a@b>", "501 5.1.7")]
    [InlineData("MAIL FROM", "501 5.5.4")]
    [InlineData("MAIL", "501 5.5.4")]
    [InlineData("MAIL TO:<a@b>", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b>SIZE=1", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b> ", "250 2.1.0")]
    public void Bad_MAIL_gets_the_matching_code(string command, string reply)
    {
        Assert.StartsWith(reply, new SmtpDialogue(Strict).Greeted().Say(command + "\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RCPT TO:<>", "501 5.1.3")]
    [InlineData("RCPT TO:<a>", "501 5.1.3")]
    [InlineData("RCPT TO:", "501 5.1.3")]
    [InlineData("RCPT", "501 5.5.4")]
    [InlineData("RCPT FROM:<a@b>", "501 5.5.4")]
    [InlineData("RCPT TO:<a@b> NOTIFY=NEVER", "555 5.5.4")]
    [InlineData("RCPT TO:<a@b> SIZE=1", "555 5.5.4")]
    [InlineData("RCPT TO:<a@b> =", "501 5.5.4")]
    public void Bad_RCPT_gets_the_matching_code(string command, string reply)
    {
        var dialogue = new SmtpDialogue(Strict).Greeted();
        dialogue.Say("MAIL FROM:<a@b>\r\n");
        Assert.StartsWith(reply, dialogue.Say(command + "\r\n"), StringComparison.Ordinal);
        Assert.Equal("554 5.5.1 No valid recipients\r\n", dialogue.Say("DATA\r\n"));
    }

    private static string? Read(string path, bool forward) =>
        SmtpPath.TryRead(
            Encoding.Latin1.GetBytes(path),
            forward,
            new SmtpSyntax(Strict: true, Utf8: false),
            out ReadOnlySpan<byte> mailbox,
            out ReadOnlySpan<byte> rest
        ) && rest.IsEmpty
            ? Encoding.Latin1.GetString(mailbox)
            : null;
}
