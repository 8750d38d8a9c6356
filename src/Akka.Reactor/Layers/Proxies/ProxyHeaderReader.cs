using System;
using System.Buffers;
using System.Collections.Generic;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>
/// Reads the PROXY header at the beginning of a connection: bytes in, without a clock or a socket. It takes one byte after
/// another, so that segmentation cannot change the result. It takes no bytes behind the header, and none behind the first byte
/// that shows that there is no valid header.
/// </summary>
internal sealed class ProxyHeaderReader
{
    // The longest line of section 2.1, with its CR and LF.
    private const int MostLineBytes = 107;

    // The header grows with what has arrived, not with the length that it announces.
    private readonly ArrayBufferWriter<byte> _header = new();
    private int _length = int.MaxValue;

    /// <summary>The number of bytes taken.</summary>
    internal int Received => _header.WrittenCount;

    /// <summary>True when the whole header is read, and valid.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>
    /// Why there is no valid header, as the end of a sentence; null if nothing is wrong so far. It contains no text of the peer's.
    /// </summary>
    internal string? Problem { get; private set; }

    /// <summary>The version of a complete header.</summary>
    internal ProxyProtocolVersion Version { get; private set; }

    /// <summary>The addresses of a complete header; null if it reports none (UNKNOWN, LOCAL, or a family that has none).</summary>
    internal ProxyAddresses? Addresses { get; private set; }

    /// <summary>The TLVs of a complete header.</summary>
    internal IReadOnlyList<ProxyTlv> Tlvs { get; private set; } = [];

    /// <summary>Takes bytes up to the end of the header.</summary>
    /// <returns>The number of bytes that belonged to the header.</returns>
    internal long Take(in ReadOnlySequence<byte> data)
    {
        int before = Received;
        foreach (ReadOnlyMemory<byte> segment in data)
        {
            foreach (byte value in segment.Span)
            {
                if (IsComplete || Problem is not null)
                {
                    return Received - before;
                }

                _header.GetSpan(1)[0] = value;
                _header.Advance(1);
                Problem = Version switch
                {
                    ProxyProtocolVersion.V1 => TakeText(value),
                    ProxyProtocolVersion.V2 => TakeBinary(value),
                    _ => Begin(value),
                };
            }
        }

        return Received - before;
    }

    private string? Begin(byte first)
    {
        if (first == ProxyHeaderText.Signature[0])
        {
            Version = ProxyProtocolVersion.V1;
        }
        else if (first == ProxyProtocolHeader.Signature[0])
        {
            Version = ProxyProtocolVersion.V2;
        }
        else
        {
            return $"its first byte is 0x{first:X2}, with which no PROXY header begins";
        }

        return null;
    }

    private string? TakeText(byte value)
    {
        if (Received <= ProxyHeaderText.Signature.Length)
        {
            return value == ProxyHeaderText.Signature[Received - 1] ? null : "it does not begin with \"PROXY \"";
        }

        if (value != '\n')
        {
            return Received < MostLineBytes ? null : $"its line is longer than {MostLineBytes} bytes";
        }

        ReadOnlySpan<byte> line = _header.WrittenSpan[ProxyHeaderText.Signature.Length..^1];
        if (line.IsEmpty || line[^1] != '\r')
        {
            return "its line ends without a carriage return";
        }

        return Complete(ProxyHeaderText.Read(line[..^1], out ProxyAddresses? addresses), addresses, []);
    }

    private string? TakeBinary(byte value)
    {
        if (Received <= ProxyProtocolHeader.Signature.Length)
        {
            return value == ProxyProtocolHeader.Signature[Received - 1]
                ? null
                : "it does not begin with the signature of version 2";
        }

        if (
            Received == ProxyHeaderBinary.FixedBytes
            && ProxyHeaderBinary.ReadFixed(_header.WrittenSpan, out _length) is { } problem
        )
        {
            return problem;
        }

        return Received < _length
            ? null
            : Complete(
                ProxyHeaderBinary.Read(
                    _header.WrittenMemory,
                    out ProxyAddresses? addresses,
                    out IReadOnlyList<ProxyTlv> tlvs
                ),
                addresses,
                tlvs
            );
    }

    private string? Complete(string? problem, ProxyAddresses? addresses, IReadOnlyList<ProxyTlv> tlvs)
    {
        if (problem is null)
        {
            IsComplete = true;
            Addresses = addresses;
            Tlvs = tlvs;
        }

        return problem;
    }
}
