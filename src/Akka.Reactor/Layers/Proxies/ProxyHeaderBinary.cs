using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>Reads a PROXY header of version 2, according to section 2.2 of the specification.</summary>
internal static class ProxyHeaderBinary
{
    /// <summary>The number of bytes up to the length of the rest, inclusive.</summary>
    internal const int FixedBytes = 16;

    private const byte CrcTlv = 0x03;
    private const int CrcBytes = 4;
    private const int V4Bytes = 4;
    private const int V6Bytes = 16;
    private const int PortBytes = 2;

    private static readonly UTF8Encoding s_strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>Reads the first <see cref="FixedBytes"/> bytes.</summary>
    /// <param name="header">The header so far, with a valid signature.</param>
    /// <param name="length">The length of the whole header.</param>
    /// <returns>The problem, or null if the bytes are valid.</returns>
    internal static string? ReadFixed(ReadOnlySpan<byte> header, out int length)
    {
        int rest = BinaryPrimitives.ReadUInt16BigEndian(header[14..]);
        length = FixedBytes + rest;
        (int version, int command) = (header[12] >> 4, header[12] & 0xF);
        if (version != 2)
        {
            return $"its version is {version}, not 2";
        }

        if (command > 1)
        {
            return $"its command is {command}, neither LOCAL (0) nor PROXY (1)";
        }

        // With LOCAL, the family and the rest are ignored, whatever they are.
        if (command == 0)
        {
            return null;
        }

        (int family, int protocol) = (header[13] >> 4, header[13] & 0xF);
        if (family > 3 || protocol > 2 || (family == 0) != (protocol == 0))
        {
            return $"its family and protocol are 0x{header[13]:X2}, which the specification does not define";
        }

        int ends = 2 * EndBytes(family);
        return rest < ends ? $"its length is {rest}, but its addresses have {ends} bytes" : null;
    }

    /// <summary>Reads a whole header.</summary>
    /// <param name="header">The header, whose fixed part is valid. The values of the TLVs are parts of this memory.</param>
    /// <param name="addresses">The addresses; null if the header reports none that this side can use.</param>
    /// <param name="tlvs">The TLVs, in their order.</param>
    /// <returns>The problem, or null if the header is valid.</returns>
    internal static string? Read(
        ReadOnlyMemory<byte> header,
        out ProxyAddresses? addresses,
        out IReadOnlyList<ProxyTlv> tlvs
    )
    {
        addresses = null;
        tlvs = [];
        ReadOnlySpan<byte> bytes = header.Span;
        (int command, int family, int protocol) = (bytes[12] & 0xF, bytes[13] >> 4, bytes[13] & 0xF);
        if (command == 0 || family == 0)
        {
            // The rest is ignored: it may begin with addresses of a length that nobody knows.
            return null;
        }

        int end = EndBytes(family);
        if (ReadTlvs(header, FixedBytes + (2 * end), out List<ProxyTlv> read, out int crcAt) is { } problem)
        {
            return problem;
        }

        if (crcAt != 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes[crcAt..]) != Checksum(bytes, crcAt))
        {
            return "its CRC32c is wrong";
        }

        tlvs = read;

        // A receiver of streams that is told of datagrams falls back to the real addresses, as the specification says.
        if (protocol == 1)
        {
            ReadOnlySpan<byte> ends = bytes.Slice(FixedBytes, 2 * end);
            addresses =
                family == 3
                    ? new ProxyAddresses(UnixEnd(ends[..end]), UnixEnd(ends[end..]))
                    : IpEnds(ends, family == 1 ? V4Bytes : V6Bytes);
        }

        return null;
    }

    private static int EndBytes(int family) =>
        family switch
        {
            1 => V4Bytes + PortBytes,
            2 => V6Bytes + PortBytes,
            3 => ProxyProtocolOptions.UnixPathBytes,
            _ => 0,
        };

    private static string? ReadTlvs(ReadOnlyMemory<byte> header, int at, out List<ProxyTlv> tlvs, out int crcAt)
    {
        tlvs = [];
        crcAt = 0;
        while (at < header.Length)
        {
            int left = header.Length - at - ProxyProtocolOptions.TlvHeaderBytes;
            if (left < 0)
            {
                return $"{header.Length - at} bytes behind its TLVs are not a TLV";
            }

            byte type = header.Span[at];
            int length = BinaryPrimitives.ReadUInt16BigEndian(header.Span[(at + 1)..]);
            if (length > left)
            {
                return $"its TLV 0x{type:X2} has {length} bytes, but only {left} are left";
            }

            at += ProxyProtocolOptions.TlvHeaderBytes;
            if (type == CrcTlv)
            {
                if (length != CrcBytes || crcAt != 0)
                {
                    return crcAt != 0 ? "it has two CRC32c" : $"its CRC32c has {length} bytes, not {CrcBytes}";
                }

                crcAt = at;
            }

            tlvs.Add(new ProxyTlv(type, header.Slice(at, length)));
            at += length;
        }

        return null;
    }

    // Over the whole header, with zeros in the place of the checksum.
    private static uint Checksum(ReadOnlySpan<byte> header, int crcAt)
    {
        uint crc = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, i >= crcAt && i < crcAt + CrcBytes ? (byte)0 : header[i]);
        }

        return ~crc;
    }

    private static ProxyAddresses IpEnds(ReadOnlySpan<byte> ends, int address) =>
        new(
            IpEnd(ends[..address], ends[(2 * address)..]),
            IpEnd(ends.Slice(address, address), ends[((2 * address) + PortBytes)..])
        );

    // As for an accepted connection: a client of IPv4 is a client of IPv4.
    private static IPEndPoint IpEnd(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port)
    {
        IPAddress read = new(address);
        return new IPEndPoint(
            read.IsIPv4MappedToIPv6 ? read.MapToIPv4() : read,
            BinaryPrimitives.ReadUInt16BigEndian(port)
        );
    }

    // A path stands in logs, and its client has chosen it: what is not printable text has no name here.
    private static EndPoint UnixEnd(ReadOnlySpan<byte> path)
    {
        int length = path.IndexOf((byte)0);
        try
        {
            string text = s_strict.GetString(length < 0 ? path : path[..length]);
            return text.Length == 0 || text.Any(char.IsControl)
                ? UnnamedEndPoint.Instance
                : new UnixDomainSocketEndPoint(text);
        }
        catch (ArgumentException)
        {
            // It is not UTF-8, or longer than this system's paths.
            return UnnamedEndPoint.Instance;
        }
    }
}
