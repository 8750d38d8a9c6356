using System;
using System.Linq;
using System.Text;
using Akka.Reactor.Layers.Proxies;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>CONNECT as RFC 9110 and RFC 9112 have it, in every segmentation.</summary>
public sealed class HttpConnectHandshakeSpec
{
    private static readonly ProxyTarget MailTarget = new("mail.example", 25);

    [Theory]
    [InlineData("mail.example", "mail.example:25")]
    [InlineData("192.0.2.7", "192.0.2.7:25")]
    [InlineData("2001:db8::7", "[2001:db8::7]:25")]
    public void The_request_names_host_and_port(string host, string authority)
    {
        HttpConnectHandshake handshake = new(Dialogue.Proxy, new ProxyTarget(host, 25), null);
        Assert.Equal(
            $"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n",
            Encoding.ASCII.GetString(handshake.Begin().Span)
        );
    }

    [Theory]
    [InlineData("Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ==")] // RFC 7617, section 2
    [InlineData("test", "123£", "dGVzdDoxMjPCow==")] // RFC 7617, section 2.1
    [InlineData("user", "a:b", "dXNlcjphOmI=")]
    [InlineData("", "", "Og==")]
    public void Credentials_are_sent_in_the_Basic_scheme(string userName, string password, string expected)
    {
        HttpConnectHandshake handshake = new(Dialogue.Proxy, MailTarget, new ProxyCredentials(userName, password));
        string request = Encoding.ASCII.GetString(handshake.Begin().Span);
        Assert.EndsWith($"\r\nProxy-Authorization: Basic {expected}\r\n\r\n", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.0 200 Connection established\r\n\r\n")]
    [InlineData("HTTP/1.1 200 \r\n\r\n")]
    [InlineData("HTTP/1.1 200\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 299 Fine\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nVia:\r\nX-Long: a\r\n b\r\n\tc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 \u00e9\r\nServer: \u00e9\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nVia: x\n\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")]
    public void The_header_section_of_a_2xx_opens_the_way(string answer)
    {
        Outcome outcome = PlayEveryWay(answer);
        Assert.Equal((true, null), (outcome.IsOpen, outcome.Failure));
        Assert.Equal(answer.Length, outcome.Used);

        // What comes behind it is the target's, whatever it looks like.
        Assert.Equal(outcome, PlayEveryWay(answer + "\r\nHTTP/1.1 500 No\r\n\r\n"));
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden", 403, "Forbidden")]
    [InlineData("HTTP/1.0 502 Bad Gateway", 502, "Bad Gateway")]
    [InlineData("HTTP/1.1 302 Found", 302, "Found")]
    [InlineData("HTTP/1.1 101 Switching Protocols", 101, "Switching Protocols")]
    [InlineData("HTTP/1.1 999 ", 999, "")]
    [InlineData("HTTP/1.1 504", 504, "")]
    [InlineData("HTTP/1.1 503 Caf\u00e9\u009b31m", 503, "Caf??31m")]
    public void Everything_else_is_a_refusal_with_status_and_reason(string line, int status, string reason)
    {
        HttpConnectHandshake handshake = Create();
        Dialogue.Play(handshake, Encoding.Latin1.GetBytes(line + "\r\n"));
        ProxyRefusedException refusal = Assert.IsType<ProxyRefusedException>(handshake.Failure);
        Assert.Equal((status, reason), (refusal.Code, refusal.ReplyText));
        Assert.Equal((Dialogue.Proxy, "mail.example:25"), (refusal.Proxy, refusal.Target));
        Assert.Equal(refusal.Message, PlayEveryWay(line + "\r\nContent-Length: 3\r\n\r\nno\n").Message);
    }

    [Fact]
    public void A_reason_is_kept_to_100_characters()
    {
        HttpConnectHandshake handshake = Create();
        Dialogue.Play(handshake, Encoding.ASCII.GetBytes($"HTTP/1.1 500 {new string('x', 1000)}\r\n"));
        Assert.Equal(new string('x', 100), Assert.IsType<ProxyRefusedException>(handshake.Failure).ReplyText);
    }

    [Theory]
    [InlineData(407)]
    [InlineData(401)]
    public void A_407_and_a_401_are_authentication_failures(int status)
    {
        Outcome outcome = PlayEveryWay(
            $"HTTP/1.1 {status} Who are you?\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n"
        );
        Assert.Equal(typeof(ProxyAuthenticationException), outcome.Failure);
        Assert.Contains($"({status})", outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u0005", "control character 0x05")] // SOCKS5
    [InlineData("\u0016", "control character 0x16")] // TLS
    [InlineData("220 mail.example", "it does not begin with HTTP/1")]
    [InlineData("HTTP/2", "it does not begin with HTTP/1")]
    [InlineData("http/1", "it does not begin with HTTP/1")]
    [InlineData("\r\n", "it has no status line")]
    [InlineData("HTTP/1.1\r\n", "it has no status line")]
    [InlineData("HTTP/1.x 200 OK\r\n", "it has no status line")]
    [InlineData("HTTP/1.1  200 OK\r\n", "it has no status line")]
    [InlineData("HTTP/1.1 20\r\n", "it has no status line")]
    [InlineData("HTTP/1.1 2000 OK\r\n", "it has no status line")]
    [InlineData("HTTP/1.1 +20 OK\r\n", "it has no status line")]
    [InlineData("HTTP/1.1 099 No\r\n", "it has no status line")]
    [InlineData("HTTP/1.1 200 O\rK", "a line contains a carriage return")]
    [InlineData("HTTP/1.1 200 O\0", "control character 0x00")]
    [InlineData("HTTP/1.1 200 OK\r\nX: \u007f", "control character 0x7F")]
    [InlineData("HTTP/1.1 200 OK\r\nnothing\r\n", "is not a field")]
    [InlineData("HTTP/1.1 200 OK\r\n: nothing\r\n", "is not a field")]
    [InlineData("HTTP/1.1 200 OK\r\nno thing: x\r\n", "is not a field")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nnothing", "it does not begin with HTTP/1")]
    public void Bytes_that_are_no_answer_are_noticed_at_once(string answer, string problem)
    {
        Outcome outcome = PlayEveryWay(answer);
        Assert.Equal(typeof(ProxyAnswerException), outcome.Failure);
        Assert.Contains(problem, outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", "X: y\r\n", "\r\n")]
    [InlineData("", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n")]
    public void An_answer_has_at_most_16_KiB_whatever_it_is_made_of(string begin, string middle, string end)
    {
        int count = (HttpConnectHandshake.Limit - begin.Length - end.Length) / middle.Length;
        string answer = begin + string.Concat(Enumerable.Repeat(middle, count));
        string padding = "Y: " + new string('y', HttpConnectHandshake.Limit) + "\r\n";
        int missing = HttpConnectHandshake.Limit - answer.Length - end.Length;
        Assert.InRange(missing, 0, middle.Length);
        Assert.True(Play(answer + end).IsOpen);

        HttpConnectHandshake handshake = Create();
        Outcome outcome = Dialogue.Play(handshake, Encoding.Latin1.GetBytes(answer + middle + end + padding));
        ProxyException tooLong = Assert.IsType<ProxyAnswerException>(handshake.Failure);
        Assert.Contains("its answer is longer than 16384 bytes", tooLong.Message, StringComparison.Ordinal);
        Assert.Equal(outcome.Used, tooLong.BytesReceived);
        Assert.Equal(HttpConnectHandshake.Limit + 1, outcome.Used);
    }

    [Fact]
    public void A_line_that_never_ends_is_not_kept_beyond_the_limit()
    {
        string line = "HTTP/1.1 200 " + new string('x', HttpConnectHandshake.Limit - 13);
        Assert.Equal((false, null), (Play(line).IsOpen, Play(line).Failure));
        Assert.Equal(typeof(ProxyAnswerException), Play(line + "x").Failure);
    }

    private static Outcome PlayEveryWay(string answer) =>
        Dialogue.PlayEveryWay(Create, Encoding.Latin1.GetBytes(answer));

    private static Outcome Play(string answer) => Dialogue.Play(Create(), Encoding.Latin1.GetBytes(answer));

    private static HttpConnectHandshake Create() => new(Dialogue.Proxy, MailTarget, null);
}
