using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>Writes the header of the PROXY protocol, of which sections 2.1 and 2.2 of its specification are meant here.</summary>
internal static class ProxyProtocolHeader
{
    private const int UnixPathBytes = ProxyProtocolOptions.UnixPathBytes;

    // Before the path: the family, in two bytes on every system.
    private const int UnixPathOffset = 2;

    // Version 2 in the high half, the command in the low one.
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;

    // The family in the high half, STREAM in the low one.
    private const byte Unspecified = 0x00;
    private const byte TcpOverV4 = 0x11;
    private const byte TcpOverV6 = 0x21;
    private const byte UnixStream = 0x31;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <param name="version">Which form.</param>
    /// <param name="addresses">Null: none are told.</param>
    /// <param name="tlvs">Of version 2.</param>
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

    // A header has one family. What was mapped into IPv6 only for the sake of a socket that takes both is told as IPv4.
    private static (IPAddress From, IPAddress To) InOneFamily(IPAddress from, IPAddress to)
    {
        bool v4 = IsV4(from) && IsV4(to);
        return v4 ? (from.MapToIPv4(), to.MapToIPv4()) : (from.MapToIPv6(), to.MapToIPv6());
    }

    private static bool IsV4(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;

    // .NET writes the last 32 bits of some IPv6 addresses in decimal, and a scope behind: the specification has neither.
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

    // Nearly every client of a unix socket has no name: all zeros, as is what a shorter one leaves.
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
