using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Reactor.Layers.Proxies;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>Headers in bytes written out by hand from sections 2.1 and 2.2 of proxy-protocol.txt.</summary>
public sealed class ProxyProtocolHeaderSpec
{
    private const string Signature = "0D0A0D0A000D0A515549540A";

    [Theory]
    [InlineData("192.168.0.1", 56324, "192.168.0.11", 443, "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n")]
    [InlineData(
        "255.255.255.255",
        65535,
        "255.255.255.255",
        65535,
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"
    )]
    [InlineData("2001:db8::1", 1, "::", 0, "PROXY TCP6 2001:db8:0:0:0:0:0:1 0:0:0:0:0:0:0:0 1 0\r\n")]
    [InlineData("fe80::1%3", 1, "::1.2.3.4", 2, "PROXY TCP6 fe80:0:0:0:0:0:0:1 0:0:0:0:0:0:102:304 1 2\r\n")]
    [InlineData("1.2.3.4", 1, "2001:db8::1", 2, "PROXY TCP6 0:0:0:0:0:ffff:102:304 2001:db8:0:0:0:0:0:1 1 2\r\n")]
    [InlineData("::ffff:1.2.3.4", 1, "5.6.7.8", 2, "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n")]
    public void Version_1_is_a_line(string source, int sourcePort, string destination, int port, string expected)
    {
        byte[] header = Encode(ProxyProtocolVersion.V1, Pair(source, sourcePort, destination, port));
        Assert.Equal(expected, Encoding.ASCII.GetString(header));
    }

    [Fact]
    public void Version_1_never_has_more_than_107_bytes()
    {
        string all = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        byte[] header = Encode(ProxyProtocolVersion.V1, Pair(all, 65535, all, 65535));
        Assert.Equal(104, header.Length);
    }

    [Fact]
    public void Version_1_says_UNKNOWN_where_there_is_nothing_it_can_tell()
    {
        ProxyAddresses unix = new(new UnixDomainSocketEndPoint("/a"), new UnixDomainSocketEndPoint("/b"));
        foreach (ProxyAddresses? addresses in (ProxyAddresses?[])[null, unix])
        {
            Assert.Equal("PROXY UNKNOWN\r\n", Encoding.ASCII.GetString(Encode(ProxyProtocolVersion.V1, addresses)));
        }
    }

    [Theory]
    [InlineData("192.168.0.1", "192.168.0.11", "11" + "000C" + "C0A80001" + "C0A8000B" + "DC04" + "01BB")]
    [InlineData(
        "2001:db8::1",
        "2001:db8::ff02",
        "21" + "0024" + "20010DB8000000000000000000000001" + "20010DB800000000000000000000FF02" + "DC04" + "01BB"
    )]
    [InlineData(
        "192.168.0.1",
        "2001:db8::1",
        "21" + "0024" + "00000000000000000000FFFFC0A80001" + "20010DB8000000000000000000000001" + "DC04" + "01BB"
    )]
    public void Version_2_is_binary(string source, string destination, string expected)
    {
        byte[] header = Encode(ProxyProtocolVersion.V2, Pair(source, 56324, destination, 443));
        Assert.Equal(Signature + "21" + expected, Convert.ToHexString(header));
    }

    [Fact]
    public void Version_2_tells_unix_paths_in_108_bytes_each()
    {
        string longest = "/" + new string('p', 106);
        ProxyAddresses addresses = new(new UnixDomainSocketEndPoint("/run/a"), new UnixDomainSocketEndPoint(longest));
        Assert.Equal(
            Signature
                + "21"
                + "31"
                + "00D8"
                + Padded("2F72756E2F61")
                + Padded("2F" + string.Concat(Enumerable.Repeat("70", 106))),
            Convert.ToHexString(Encode(ProxyProtocolVersion.V2, addresses))
        );
    }

    [Fact]
    public void Version_2_tells_a_unix_socket_without_a_name_as_zeros()
    {
        ProxyAddresses addresses = new(UnnamedEndPoint.Instance, new UnixDomainSocketEndPoint("/run/a"));
        Assert.Equal(
            Signature + "21" + "31" + "00D8" + Padded("") + Padded("2F72756E2F61"),
            Convert.ToHexString(Encode(ProxyProtocolVersion.V2, addresses))
        );
    }

    [Fact]
    public void Version_2_says_LOCAL_and_nothing_more_where_there_is_nothing_to_tell() =>
        Assert.Equal(
            Signature + "20" + "00" + "0000",
            Convert.ToHexString(Encode(ProxyProtocolVersion.V2, null, new ProxyTlv(0x04, new byte[3])))
        );

    [Fact]
    public void Version_2_carries_values_behind_the_addresses_in_their_order()
    {
        byte[] header = Encode(
            ProxyProtocolVersion.V2,
            Pair("1.2.3.4", 1, "5.6.7.8", 2),
            new ProxyTlv(0x02, Encoding.ASCII.GetBytes("a.example")),
            new ProxyTlv(0x04, ReadOnlyMemory<byte>.Empty),
            new ProxyTlv(0xE0, new byte[300])
        );
        string values = "02" + "0009" + "612E6578616D706C65" + "04" + "0000" + "E0" + "012C" + new string('0', 600);
        Assert.Equal(
            Signature + "21" + "11" + "014A" + "01020304" + "05060708" + "0001" + "0002" + values,
            Convert.ToHexString(header)
        );
    }

    [Fact]
    public void The_values_fit_the_length_of_the_header()
    {
        ProxyTlv longest = new(0x04, new byte[65_316]);
        ProxyProtocolOptions options = new() { Tlvs = [longest] };
        ProxyAddresses unix = new(new UnixDomainSocketEndPoint("/a"), new UnixDomainSocketEndPoint("/b"));
        byte[] header = ProxyProtocolHeader.Encode(options.Version, unix, options.Tlvs);
        Assert.Equal("FFFF", Convert.ToHexString(header.AsSpan(14, 2)));
        Assert.Equal(16 + 65535, header.Length);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() =>
            new ProxyProtocolOptions { Tlvs = [longest, new ProxyTlv(0x04, ReadOnlyMemory<byte>.Empty)] }
        );
        Assert.Contains("have 65322 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_1_carries_no_values()
    {
        Assert.Empty(new ProxyProtocolOptions(ProxyProtocolVersion.V1) { Tlvs = [] }.Tlvs);
        Assert.Throws<ArgumentException>(() =>
            new ProxyProtocolOptions(ProxyProtocolVersion.V1) { Tlvs = [new ProxyTlv(0x04, new byte[1])] }
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProxyProtocolOptions((ProxyProtocolVersion)3));
    }

    [Fact]
    public void Addresses_are_of_one_kind()
    {
        IPEndPoint ip = new(IPAddress.Loopback, 1);
        UnixDomainSocketEndPoint unix = new("/a");
        DnsEndPoint name = new("mail.example", 25);
        Assert.Throws<ArgumentException>(() => new ProxyAddresses(ip, unix));
        Assert.Throws<ArgumentException>(() => new ProxyAddresses(unix, ip));
        Assert.Throws<ArgumentException>(() => new ProxyAddresses(ip, name));
        Assert.Throws<ArgumentException>(() => new ProxyAddresses(name, name));
    }

    private static ProxyAddresses Pair(string source, int sourcePort, string destination, int port) =>
        new(new IPEndPoint(IPAddress.Parse(source), sourcePort), new IPEndPoint(IPAddress.Parse(destination), port));

    private static string Padded(string path) => path.PadRight(216, '0');

    private static byte[] Encode(ProxyProtocolVersion version, ProxyAddresses? addresses, params ProxyTlv[] tlvs) =>
        ProxyProtocolHeader.Encode(version, addresses, tlvs);
}
