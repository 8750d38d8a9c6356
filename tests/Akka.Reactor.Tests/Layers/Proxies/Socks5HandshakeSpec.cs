using System;
using Akka.Reactor.Layers.Proxies;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>RFC 1928 and RFC 1929 in bytes written out by hand, in every segmentation.</summary>
public sealed class Socks5HandshakeSpec
{
    private const string Greeting = "050100";
    private const string GreetingWithPassword = "05020002";

    // "mail.example", port 25.
    private const string RequestByName = "05010003" + "0C" + "6D61696C2E6578616D706C65" + "0019";
    private const string V4Reply = "05000001" + "7F000001" + "0438";

    private static readonly ProxyCredentials Alice = new("alice", "s3cret");

    public static TheoryData<int, string> ReplyCodes =>
        new()
        {
            { 1, "general SOCKS server failure" },
            { 2, "connection not allowed by ruleset" },
            { 3, "network unreachable" },
            { 4, "host unreachable" },
            { 5, "connection refused" },
            { 6, "TTL expired" },
            { 7, "command not supported" },
            { 8, "address type not supported" },
            { 9, "unassigned" },
            { 255, "unassigned" },
        };

    [Fact]
    public void A_name_is_sent_as_it_is()
    {
        Outcome outcome = PlayEveryWay("mail.example", null, "0500" + V4Reply);
        Assert.True(outcome.IsOpen);
        Assert.Equal(Greeting + RequestByName, outcome.Sent);
        Assert.Equal(12, outcome.Used);
    }

    [Theory]
    [InlineData("192.0.2.7", "01" + "C0000207")]
    [InlineData("2001:db8::7", "04" + "20010DB8000000000000000000000007")]
    [InlineData("::ffff:192.0.2.7", "04" + "00000000000000000000FFFFC0000207")]
    public void An_address_is_sent_as_one(string host, string bytes)
    {
        Outcome outcome = PlayEveryWay(host, null, "0500" + V4Reply);
        Assert.True(outcome.IsOpen);
        Assert.Equal(Greeting + "050100" + bytes + "0019", outcome.Sent);
    }

    [Fact]
    public void A_name_may_have_255_bytes()
    {
        string name = new string('a', 251) + ".com";
        Outcome outcome = PlayEveryWay(name, null, "0500" + V4Reply);
        Assert.True(outcome.IsOpen);
        Assert.Equal(Greeting + "05010003" + "FF" + Dialogue.HexOf(name) + "0019", outcome.Sent);
    }

    [Theory]
    [InlineData("05000001" + "00000000" + "0000", 10)]
    [InlineData("05000004" + "20010DB8000000000000000000000007" + "FFFF", 22)]
    [InlineData("05000003" + "00" + "0050", 7)]
    [InlineData("05000003" + "03" + "612E62" + "0050", 10)]
    public void A_reply_ends_where_its_address_does(string reply, int length)
    {
        // What comes behind it is the target's.
        Outcome outcome = PlayEveryWay("mail.example", null, "0500" + reply + "323230");
        Assert.True(outcome.IsOpen);
        Assert.Equal(2 + length, outcome.Used);
    }

    [Fact]
    public void The_longest_reply_has_262_bytes()
    {
        string name = new('b', 255);
        Outcome outcome = PlayEveryWay(
            "mail.example",
            null,
            "0500" + "05000003FF" + Dialogue.HexOf(name) + "0050" + "00"
        );
        Assert.True(outcome.IsOpen);
        Assert.Equal(2 + 262, outcome.Used);
    }

    [Fact]
    public void A_password_is_shown_when_the_proxy_asks_for_it()
    {
        Outcome outcome = PlayEveryWay("mail.example", Alice, "0502" + "0100" + V4Reply);
        Assert.True(outcome.IsOpen);
        Assert.Equal(
            GreetingWithPassword + "01" + "05" + "616C696365" + "06" + "733363726574" + RequestByName,
            outcome.Sent
        );
        Assert.Equal(14, outcome.Used);
    }

    [Fact]
    public void A_password_is_not_shown_when_the_proxy_asks_for_none()
    {
        Outcome outcome = PlayEveryWay("mail.example", Alice, "0500" + V4Reply);
        Assert.True(outcome.IsOpen);
        Assert.Equal(GreetingWithPassword + RequestByName, outcome.Sent);
    }

    [Fact]
    public void User_names_and_passwords_are_sent_in_UTF_8()
    {
        Outcome outcome = PlayEveryWay("mail.example", new ProxyCredentials("é", "ü€"), "0502");
        Assert.Equal(GreetingWithPassword + "01" + "02" + "C3A9" + "05" + "C3BCE282AC", outcome.Sent);
    }

    [Theory]
    [InlineData("0101", 1)]
    [InlineData("01FF", 255)]
    public void A_refused_password_is_an_authentication_failure(string answer, int status)
    {
        Outcome outcome = PlayEveryWay("mail.example", Alice, "0502" + answer);
        Assert.Equal(typeof(ProxyAuthenticationException), outcome.Failure);
        Assert.Contains($"({status})", outcome.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ReplyCodes))]
    public void A_refusal_has_its_code_and_name(int code, string name)
    {
        Socks5Handshake handshake = Create("mail.example", null);
        Outcome outcome = Dialogue.Play(handshake, [5, 0], [5, (byte)code, 0, 1, 0, 0, 0, 0, 0, 0]);
        ProxyRefusedException refusal = Assert.IsType<ProxyRefusedException>(handshake.Failure);
        Assert.Equal((code, name), (refusal.Code, refusal.ReplyText));
        Assert.Equal((Dialogue.Proxy, "mail.example:25"), (refusal.Proxy, refusal.Target));
        Assert.Equal(outcome, PlayEveryWay("mail.example", null, $"050005{code:X2}000100000000"));
    }

    [Theory]
    [InlineData(null, "no authentication")]
    [InlineData("alice", "no authentication, user name and password")]
    public void A_proxy_may_accept_no_method(string? userName, string offered)
    {
        ProxyCredentials? credentials = userName is null ? null : new ProxyCredentials(userName, "s3cret");
        Socks5Handshake handshake = Create("mail.example", credentials);
        Dialogue.Play(handshake, [5, 0xFF]);
        ProxyAuthenticationException failure = Assert.IsType<ProxyAuthenticationException>(handshake.Failure);
        Assert.Equal(0xFF, failure.Code);
        Assert.EndsWith(
            $"of the authentication methods offered: {offered}.",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("04", "its version is 4")] // SOCKS4
    [InlineData("48", "its version is 72")] // HTTP
    [InlineData("0501", "the authentication method 1")]
    [InlineData("0502", "the authentication method 2")] // not without a password
    [InlineData("0503", "the authentication method 3")]
    [InlineData("0500" + "04", "its version is 4")]
    [InlineData("0500" + "05000000", "the unknown type 0")]
    [InlineData("0500" + "05000002", "the unknown type 2")]
    [InlineData("0500" + "05000005", "the unknown type 5")]
    public void Bytes_that_are_no_answer_are_noticed_at_once(string answers, string problem)
    {
        Outcome outcome = PlayEveryWay("mail.example", null, answers);
        Assert.Equal(typeof(ProxyAnswerException), outcome.Failure);
        Assert.Contains(problem, outcome.Message, StringComparison.Ordinal);
        Assert.Equal(outcome, PlayEveryWay("mail.example", null, answers + "0000"));
    }

    [Theory]
    [InlineData("0502" + "0500" + V4Reply)] // the version of SOCKS in the answer to a password
    [InlineData("0502" + "0100" + "050001" + "01" + "7F000001" + "0438")]
    [InlineData("0500" + "0500FF" + "01" + "7F000001" + "0438")]
    public void What_has_no_meaning_is_not_looked_at(string answers) =>
        Assert.True(PlayEveryWay("mail.example", Alice, answers).IsOpen);

    [Theory]
    [InlineData("0500" + V4Reply)]
    [InlineData("0502" + "0100")]
    [InlineData("0502" + "01")]
    public void An_answer_ahead_of_the_request_is_refused(string answers)
    {
        Outcome outcome = Dialogue.Play(Create("mail.example", Alice), Dialogue.Hex(answers));
        Assert.Equal(typeof(ProxyAnswerException), outcome.Failure);
        Assert.Contains("it was sent before the request", outcome.Message, StringComparison.Ordinal);
        Assert.Equal(2, outcome.Used);
    }

    [Fact]
    public void Half_an_answer_is_waited_with()
    {
        byte[] answers = Dialogue.Hex("0502" + "0100" + V4Reply);
        for (int length = 0; length < answers.Length; length++)
        {
            Socks5Handshake handshake = Create("mail.example", Alice);
            Outcome outcome = Dialogue.Play(
                handshake,
                answers[..Math.Min(length, 2)],
                answers[Math.Min(length, 2)..Math.Min(length, 4)],
                answers[Math.Min(length, 4)..length]
            );
            Assert.Equal((false, null, length), (outcome.IsOpen, outcome.Failure, (int)outcome.Used));
            Assert.Equal(length, handshake.EndedBy(null).BytesReceived);
        }
    }

    private static Outcome PlayEveryWay(string host, ProxyCredentials? credentials, string answers) =>
        Dialogue.PlayEveryWay(() => Create(host, credentials), Dialogue.Hex(answers));

    private static Socks5Handshake Create(string host, ProxyCredentials? credentials) =>
        new(Dialogue.Proxy, new ProxyTarget(host, 25), credentials);
}
