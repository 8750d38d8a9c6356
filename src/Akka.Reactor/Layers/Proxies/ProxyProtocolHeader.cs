using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>Writes the header of the PROXY protocol, according to sections 2.1 and 2.2 of its specification.</summary>
internal static class ProxyProtocolHeader
{
    private const int UnixPathBytes = ProxyProtocolOptions.UnixPathBytes;

    // The family precedes the path, in two bytes on every system.
    private const int UnixPathOffset = 2;

    // The high half of the byte holds version 2, the low half the command.
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;

    // The high half of the byte holds the family, the low half STREAM.
    private const byte Unspecified = 0x00;
    private const byte TcpOverV4 = 0x11;
    private const byte TcpOverV6 = 0x21;
    private const byte UnixStream = 0x31;

    internal static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <param name="version">The version of the header.</param>
    /// <param name="addresses">The addresses to send. Null: the header contains no addresses.</param>
    /// <param name="tlvs">The TLVs; only version 2 sends them.</param>
    internal static byte[] Encode(
        ProxyProtocolVersion version,
        ProxyAddresses? addresses,
        IReadOnlyList<ProxyTlv> tlvs
    ) => version == ProxyProtocolVersion.V1 ? Encoding.ASCII.GetBytes(Line(addresses)) : Binary(addresses, tlvs);

    private static string Line(ProxyAddresses? addresses)
    {
        if (addresses is not { Source: IPEndPoint source, Destination: IPEndPoint destination })
        {
            return "PROXY UNKNOWN\r\n";
        }

        (IPAddress from, IPAddress to) = InOneFamily(source.Address, destination.Address);
        string family = from.AddressFamily == AddressFamily.InterNetwork ? "TCP4" : "TCP6";
        return $"PROXY {family} {Text(from)} {Text(to)} {source.Port} {destination.Port}\r\n";
    }

    private static byte[] Binary(ProxyAddresses? addresses, IReadOnlyList<ProxyTlv> tlvs)
    {
        if (addresses is null)
        {
            return Binary(Local, Unspecified, []);
        }

        (byte family, byte[] ends) = addresses is { Source: IPEndPoint source, Destination: IPEndPoint destination }
            ? Ends(source, destination)
            : (UnixStream, [.. UnixPath(addresses.Source), .. UnixPath(addresses.Destination)]);
        return Binary(Proxy, family, [.. ends, .. tlvs.SelectMany(Bytes)]);
    }

    private static byte[] Binary(byte command, byte family, byte[] rest) =>
        [.. Signature, command, family, .. BigEndian(rest.Length), .. rest];

    private static (byte Family, byte[] Ends) Ends(IPEndPoint source, IPEndPoint destination)
    {
        (IPAddress from, IPAddress to) = InOneFamily(source.Address, destination.Address);
        return (
            from.AddressFamily == AddressFamily.InterNetwork ? TcpOverV4 : TcpOverV6,
            [
                .. from.GetAddressBytes(),
                .. to.GetAddressBytes(),
                .. BigEndian(source.Port),
                .. BigEndian(destination.Port),
            ]
        );
    }

    // A header has one address family. If both addresses are IPv4, or IPv4 mapped to IPv6 for a socket that accepts both, they
    // are sent as IPv4.
    private static (IPAddress From, IPAddress To) InOneFamily(IPAddress from, IPAddress to)
    {
        bool v4 = IsV4(from) && IsV4(to);
        return v4 ? (from.MapToIPv4(), to.MapToIPv4()) : (from.MapToIPv6(), to.MapToIPv6());
    }

    private static bool IsV4(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;

    // .NET writes the last 32 bits of some IPv6 addresses in decimal and appends a scope. The specification allows neither.
    private static string Text(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return address.ToString();
        }

        byte[] bytes = address.GetAddressBytes();
        IEnumerable<string> groups = Enumerable
            .Range(0, 8)
            .Select(group => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2 * group)))
            .Select(value => value.ToString("x", CultureInfo.InvariantCulture));
        return string.Join(':', groups);
    }

    // Nearly every client of a unix socket has no name: then the path is all zeros. Zeros also fill the rest after a shorter
    // path.
    private static byte[] UnixPath(EndPoint endPoint)
    {
        byte[] path = new byte[UnixPathBytes];
        if (endPoint is UnixDomainSocketEndPoint)
        {
            SocketAddress address = endPoint.Serialize();
            ReadOnlySpan<byte> name = address.Buffer.Span[UnixPathOffset..address.Size];
            name[..Math.Min(name.Length, path.Length)].CopyTo(path);
        }

        return path;
    }

    private static byte[] Bytes(ProxyTlv tlv) => [tlv.Type, .. BigEndian(tlv.Value.Length), .. tlv.Value.Span];

    private static byte[] BigEndian(int value) => [(byte)(value >> 8), (byte)value];
}
