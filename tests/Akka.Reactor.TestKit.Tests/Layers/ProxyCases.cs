using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Akka.Reactor.Simulated.Tests.Layers;

/// <summary>A connection that begins with a PROXY header, or should, in bytes that are written by hand from the specification.</summary>
/// <param name="Bytes">All that the peer sends.</param>
/// <param name="Client">The client that the header reports; empty if it reports none; null if the header is not valid.</param>
/// <param name="Problem">A part of the failure's message, if the header is not valid.</param>
internal sealed record ProxyCase(byte[] Bytes, string? Client, string Problem = "")
{
    /// <summary>The bytes behind the header.</summary>
    internal string Behind { get; init; } = "";
}

internal static class ProxyCases
{
    internal const string Untrusted = "from an untrusted source";
    internal const string Glued = "glued to a ClientHello";

    private const string Signature = "0D0A0D0A000D0A515549540A";
    private const string V4 = "C0000201 C0000202 0FA0 0019";
    private const string V6 = "20010DB8000000000000000000000001 20010DB8000000000000000000000002 0FA0 0019";
    private const string Authority = "02 0009 612E6578616D706C65";

    // The beginning of a ClientHello: a record of a handshake, TLS 1.0 on the outside, 5 bytes.
    private const string Hello = "\u0016\u0003\u0001\0\u0005\u0001\0\0\u0001\u0003";

    internal static readonly IReadOnlyDictionary<string, ProxyCase> All = new Dictionary<string, ProxyCase>(
        StringComparer.Ordinal
    )
    {
        ["v1 TCP4"] = Good("PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\r\n", "192.0.2.1:4000 > 192.0.2.2:25"),
        ["v1 TCP6"] = Good(
            "PROXY TCP6 2001:db8::1 2001:DB8:0:0:0:0:0:2 4000 25\r\n",
            "[2001:db8::1]:4000 > [2001:db8::2]:25"
        ),
        ["v1 UNKNOWN"] = Good("PROXY UNKNOWN ffff:f...f:ffff nobody\r\n", ""),
        ["leading zeros in an address"] = Bad(
            "PROXY TCP4 192.0.02.1 192.0.2.2 4000 25\r\n",
            "is not a valid IPv4 address"
        ),
        ["leading zeros in a port"] = Bad("PROXY TCP4 192.0.2.1 192.0.2.2 04000 25\r\n", "a port is not a number"),
        ["IPv6 in TCP4"] = Bad("PROXY TCP4 2001:db8::1 2001:db8::2 4000 25\r\n", "is not a valid IPv4 address"),
        ["a line of 108 bytes"] = Bad("PROXY UNKNOWN " + new string('x', 92) + "\r\n", "is longer than 107 bytes"),
        ["missing CR"] = Bad("PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\n", "ends without a carriage return"),
        ["v2 IPv4"] = GoodHex($"21 11 000C {V4}", "192.0.2.1:4000 > 192.0.2.2:25"),
        ["v2 IPv6"] = GoodHex($"21 21 0024 {V6}", "[2001:db8::1]:4000 > [2001:db8::2]:25"),
        ["v2 unix"] = GoodHex($"21 31 00D8 {Padded("2F72756E2F61")} {Padded("")}", "/run/a > unix:"),
        ["v2 LOCAL"] = GoodHex($"20 11 000E {V4} FFFF", ""),
        ["bad version"] = BadHex($"31 11 000C {V4}", "its version is 3, not 2"),
        ["bad command"] = BadHex($"22 11 000C {V4}", "its command is 2"),
        ["bad family"] = BadHex($"21 41 000C {V4}", "its family and protocol are 0x41"),
        ["length too short"] = BadHex($"21 21 000C {V4}", "its length is 12, but its addresses have 36 bytes"),
        ["TLV overrun"] = BadHex($"21 11 0018 {V4} 02 000A 612E6578616D706C65", "has 10 bytes, but only 9 are left"),
        ["stray bytes behind the TLVs"] = BadHex(
            $"21 11 001A {V4} {Authority} 0400",
            "2 bytes behind its TLVs are not a TLV"
        ),
        ["CRC32c right"] = GoodHex($"21 11 001F {V4} {Authority} 03 0004 D3B03D54", "192.0.2.1:4000 > 192.0.2.2:25"),
        ["CRC32c wrong"] = BadHex($"21 11 001F {V4} {Authority} 03 0004 D3B03D55", "its CRC32c is wrong"),
        [Untrusted] = Bad("PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\r\n", "is in none of the trusted networks"),
        [Glued] = GoodHex($"21 11 000C {V4}", "192.0.2.1:4000 > 192.0.2.2:25", Hello),
    };

    internal static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>A header of version 2 behind its signature.</summary>
    internal static byte[] Binary(string behind) => Hex(Signature + behind);

    private static ProxyCase Good(string line, string client) => new(Encoding.Latin1.GetBytes(line), client);

    private static ProxyCase Bad(string line, string problem) => new(Encoding.Latin1.GetBytes(line), null, problem);

    private static ProxyCase GoodHex(string header, string client, string behind = "") =>
        new([.. Binary(header), .. Encoding.Latin1.GetBytes(behind)], client) { Behind = behind };

    private static ProxyCase BadHex(string header, string problem) => new(Binary(header), null, problem);

    private static string Padded(string path) => path + string.Concat(Enumerable.Repeat("00", 108 - (path.Length / 2)));
}
