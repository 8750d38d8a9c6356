using System;
using System.Buffers;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Reactor.Layers.Proxies;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Layers;

/// <summary>PROXY headers, good and bad, which are read alike however the network cuts them.</summary>
public sealed class ProxyHeaderReaderSpec
{
    private const string V4 = "C0000201 C0000202 0FA0 0019";
    private const string Ends = "192.0.2.1:4000 > 192.0.2.2:25";

    public static TheoryData<string> Names => [.. ProxyCases.All.Keys];

    [Fact]
    public void There_are_22_cases() => Assert.Equal(22, ProxyCases.All.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_header_is_read_alike_however_it_is_cut(string name)
    {
        ProxyCase proxied = ProxyCases.All[name];
        Outcome outcome = Read(proxied.Bytes);
        if (name == ProxyCases.Untrusted)
        {
            // Whom to trust is not the reader's to say.
            Assert.Equal((Ends, null), (outcome.Client, outcome.Problem));
        }
        else if (proxied.Client is null)
        {
            Assert.Contains(proxied.Problem, outcome.Problem, StringComparison.Ordinal);
            Assert.Null(outcome.Client);
        }
        else
        {
            Assert.Equal((proxied.Client, null), (outcome.Client, outcome.Problem));
            Assert.Equal(proxied.Behind, outcome.Behind);
        }
    }

    [Theory]
    [InlineData("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n", "255.255.255.255:65535 > 0.0.0.0:0")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1:1 > [::1]:2")]
    [InlineData("PROXY TCP6 0db8:0000::1 :: 1 2\r\n", "[db8::1]:1 > [::]:2")]
    [InlineData("PROXY UNKNOWN\r\n", "")]
    public void A_line_may_be_this(string line, string client) =>
        Assert.Equal(new Outcome(client, "", null, ""), Read(Encoding.Latin1.GetBytes(line)));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", "its first byte is 0x47, with which no PROXY header begins")]
    [InlineData("\u0016\u0003\u0001", "its first byte is 0x16, with which no PROXY header begins")]
    [InlineData("PROXT", "it does not begin with \"PROXY \"")]
    [InlineData("\r\n\r\n\0\r\nQUIT\r", "it does not begin with the signature of version 2")]
    [InlineData("PROXY \n", "its line ends without a carriage return")]
    [InlineData("PROXY \r\n", "its protocol is none of TCP4, TCP6 and UNKNOWN")]
    [InlineData("PROXY UNKNOWNS\r\n", "its protocol is none of TCP4, TCP6 and UNKNOWN")]
    [InlineData("PROXY tcp4 1.1.1.1 2.2.2.2 1 2\r\n", "its protocol is none of TCP4, TCP6 and UNKNOWN")]
    [InlineData("PROXY TCP4  1.1.1.1 2.2.2.2 1 2\r\n", "its line does not consist of")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n", "its line does not consist of")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n", "its line does not consist of")]
    [InlineData("PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n", "an address is not a valid IPv4 address")]
    [InlineData("PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n", "an address is not a valid IPv4 address")]
    [InlineData("PROXY TCP4 1.1.1.+1 2.2.2.2 1 2\r\n", "an address is not a valid IPv4 address")]
    [InlineData("PROXY TCP4 1.1.1. 2.2.2.2 1 2\r\n", "an address is not a valid IPv4 address")]
    [InlineData("PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n", "an address is not a valid IPv6 address")]
    [InlineData("PROXY TCP6 fe80::1%1 ::1 1 2\r\n", "an address is not a valid IPv6 address")]
    [InlineData("PROXY TCP6 [::1] ::1 1 2\r\n", "an address is not a valid IPv6 address")]
    [InlineData("PROXY TCP6 ::1::2 ::1 1 2\r\n", "an address is not a valid IPv6 address")]
    [InlineData("PROXY TCP6 12345::1 ::1 1 2\r\n", "an address is not a valid IPv6 address")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.01 ::1 1 2\r\n", "an address is not a valid IPv6 address")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n", "a port is not a number")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1 -2\r\n", "a port is not a number")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\r\n", "a port is not a number")]
    public void A_line_must_not_be_this(string line, string problem)
    {
        Outcome outcome = Read(Encoding.Latin1.GetBytes(line));
        Assert.StartsWith(problem, outcome.Problem, StringComparison.Ordinal);
        Assert.Null(outcome.Client);
    }

    [Fact]
    public void A_line_may_have_107_bytes()
    {
        string line = "PROXY UNKNOWN " + new string('x', 91) + "\r\n";
        Assert.Equal(107, line.Length);
        Assert.Equal(new Outcome("", "", null, "x"), Read(Encoding.Latin1.GetBytes(line + "x")));
    }

    [Theory]
    [InlineData("20 FF 0000", "", "")]
    [InlineData("20 00 0001 FF", "", "")]
    [InlineData("21 00 0002 FFFF", "", "")]
    [InlineData($"21 12 000C {V4}", "", "")]
    [InlineData($"21 12 0010 {V4} E0 0001 07", "", "E0=07")]
    [InlineData($"21 11 0015 {V4} 04 0000 E0 0000 04 0000", Ends, "04= E0= 04=")]
    [InlineData("21 21 0024 00000000000000000000FFFFC0000201 00000000000000000000FFFFC0000202 0FA0 0019", Ends, "")]
    public void A_binary_header_may_be_this(string header, string client, string tlvs) =>
        Assert.Equal(new Outcome(client, tlvs, null, ""), Read(ProxyCases.Binary(header)));

    [Theory]
    [InlineData("21 01 0000", "its family and protocol are 0x01")]
    [InlineData("21 10 000C", "its family and protocol are 0x10")]
    [InlineData("21 13 000C", "its family and protocol are 0x13")]
    [InlineData("21 31 00D7", "its length is 215, but its addresses have 216 bytes")]
    [InlineData($"21 11 000D {V4} 04", "1 bytes behind its TLVs are not a TLV")]
    [InlineData($"21 11 0012 {V4} 03 0003 000000", "its CRC32c has 3 bytes, not 4")]
    [InlineData($"21 11 001A {V4} 03 0004 00000000 03 0004 00000000", "it has two CRC32c")]
    public void A_binary_header_must_not_be_this(string header, string problem)
    {
        Outcome outcome = Read(ProxyCases.Binary(header));
        Assert.StartsWith(problem, outcome.Problem, StringComparison.Ordinal);
        Assert.Null(outcome.Client);
    }

    [Theory]
    [InlineData("2F61", "/a")]
    [InlineData("002F61", "unix:")]
    [InlineData("2F610A62", "unix:")]
    [InlineData("2FFF", "unix:")]
    public void A_path_that_is_not_printable_text_is_no_name(string path, string client)
    {
        string padded = path + string.Concat(Enumerable.Repeat("00", 108 - (path.Length / 2)));
        string whole = string.Concat(Enumerable.Repeat("61", 108));
        Outcome outcome = Read(ProxyCases.Binary($"21 31 00D8 {padded} {whole}"));
        Assert.Equal($"{client} > unix:", outcome.Client);
    }

    [Fact]
    public void What_our_own_sender_writes_is_read()
    {
        ProxyAddresses[] pairs =
        [
            new(IPEndPoint.Parse("192.0.2.1:4000"), IPEndPoint.Parse("192.0.2.2:25")),
            new(IPEndPoint.Parse("[2001:db8::1]:4000"), IPEndPoint.Parse("192.0.2.2:25")),
            new(new UnixDomainSocketEndPoint("/run/a"), new UnixDomainSocketEndPoint("/run/b")),
        ];
        foreach (ProxyAddresses pair in pairs)
        {
            byte[] binary = ProxyProtocolHeader.Encode(
                ProxyProtocolVersion.V2,
                pair,
                [new ProxyTlv(0xE1, new byte[] { 9 })]
            );
            Assert.Equal(new Outcome($"{pair.Source} > {pair.Destination}", "E1=09", null, ""), Read(binary));
            string text = pair.Source is IPEndPoint ? $"{pair.Source} > {pair.Destination}" : "";
            byte[] line = ProxyProtocolHeader.Encode(ProxyProtocolVersion.V1, pair, []);
            Assert.Equal(new Outcome(text, "", null, ""), Read(line));
        }
    }

    [Fact]
    public void The_longest_header_is_read()
    {
        byte[] value = new byte[ushort.MaxValue - 12 - 3];
        byte[] header = [.. ProxyCases.Binary($"21 11 FFFF {V4} E0 {value.Length:X4}"), .. value];
        ProxyHeaderReader reader = new();
        Assert.Equal(header.Length, reader.Take(new ReadOnlySequence<byte>([.. header, 1])));
        Assert.True(reader.IsComplete);
        Assert.Equal(value.Length, Assert.Single(reader.Tlvs).Value.Length);
    }

    // A reader that has failed takes nothing more, and one that is not done has taken all.
    private static Outcome Read(byte[] bytes) =>
        ByteFeeder.SameHoweverCut(
            bytes,
            cutting =>
            {
                ProxyHeaderReader reader = new();
                ReadOnlySequence<byte> rest = ByteFeeder.Feed(cutting, data => reader.Take(data));
                Assert.Equal(bytes.Length, reader.Received + rest.Length);
                Assert.True(reader.IsComplete || reader.Problem is not null, $"{cutting.Name}: it is not over");
                return new Outcome(
                    reader.IsComplete ? Show(reader.Addresses) : null,
                    string.Join(' ', reader.Tlvs.Select(tlv => $"{tlv.Type:X2}={Convert.ToHexString(tlv.Value.Span)}")),
                    reader.Problem,
                    reader.IsComplete ? Encoding.Latin1.GetString(rest) : $"{rest.Length} bytes"
                );
            }
        );

    private static string Show(ProxyAddresses? addresses) =>
        addresses is null ? "" : $"{addresses.Source} > {addresses.Destination}";

    /// <param name="Client">The ends that the header reports; empty for none; null if there is no valid header.</param>
    /// <param name="Tlvs">The TLVs.</param>
    /// <param name="Problem">What is wrong.</param>
    /// <param name="Behind">What was not taken.</param>
    private sealed record Outcome(string? Client, string Tlvs, string? Problem, string Behind);
}
