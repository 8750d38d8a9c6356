using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Text;
using Akka.Reactor;

namespace ReconnectingClient.Resp;

/// <summary>Reads the values that a Redis server sends (RESP3).</summary>
internal static class RespReader
{
    // What a server has no reason to exceed.
    private const int MostBytes = 512 * 1024 * 1024;
    private const int MostItems = 1024 * 1024;
    private const int MostDepth = 16;

    /// <summary>One value from the front, and how many bytes it has; 0 when it is not there whole.</summary>
    /// <exception cref="ProtocolViolationException">This is no RESP.</exception>
    internal static long TryRead(in ReadOnlySequence<byte> data, out RespValue? value)
    {
        SequenceReader<byte> reader = new(data);
        value = Read(ref reader, MostDepth);
        return value is null ? 0 : reader.Consumed;
    }

    private static RespValue? Read(ref SequenceReader<byte> reader, int depth)
    {
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
        {
            return null;
        }

        if (line.IsEmpty)
        {
            throw new ProtocolViolationException("The server sent an empty line where a value begins.");
        }

        byte type = line.FirstSpan[0];
        ReadOnlySequence<byte> rest = line.Slice(1);
        return type switch
        {
            (byte)'+' or (byte)',' or (byte)'(' => new RespValue(RespKind.Text) { Text = TextOf(rest) },
            (byte)'-' => new RespValue(RespKind.Error) { Text = TextOf(rest) },
            (byte)':' => new RespValue(RespKind.Number) { Number = NumberOf(rest) },
            (byte)'#' => new RespValue(RespKind.Number) { Number = rest.FirstSpan is [(byte)'t'] ? 1 : 0 },
            (byte)'_' => new RespValue(RespKind.Null),
            (byte)'$' => ReadBlob(ref reader, RespKind.Text, rest),
            (byte)'!' => ReadBlob(ref reader, RespKind.Error, rest),
            (byte)'=' => ReadVerbatim(ref reader, rest),
            (byte)'*' or (byte)'~' => ReadItems(ref reader, RespKind.List, NumberOf(rest), depth),
            (byte)'%' => ReadItems(ref reader, RespKind.List, 2 * NumberOf(rest), depth),
            (byte)'>' => ReadItems(ref reader, RespKind.Push, NumberOf(rest), depth),
            _ => throw new ProtocolViolationException($"The server sent a value of an unknown type: 0x{type:X2}."),
        };
    }

    private static RespValue? ReadBlob(ref SequenceReader<byte> reader, RespKind kind, in ReadOnlySequence<byte> header)
    {
        long length = NumberOf(header);
        if (length == -1)
        {
            return new RespValue(RespKind.Null);
        }

        if (length is < 0 or > MostBytes)
        {
            throw new ProtocolViolationException($"The server announced a text of {length} bytes.");
        }

        if (reader.Remaining < length + 2)
        {
            return null;
        }

        string text = TextOf(reader.UnreadSequence.Slice(0, length));
        reader.Advance(length);
        return reader.IsNext("\r\n"u8, advancePast: true)
            ? new RespValue(kind) { Text = text }
            : throw new ProtocolViolationException($"The server's text of {length} bytes does not end there.");
    }

    // Three letters and a colon say what it is: "txt:", "mkd:".
    private static RespValue? ReadVerbatim(ref SequenceReader<byte> reader, in ReadOnlySequence<byte> header)
    {
        RespValue? text = ReadBlob(ref reader, RespKind.Text, header);
        return text is { Text.Length: >= 4 } ? text with { Text = text.Text[4..] } : text;
    }

    private static RespValue? ReadItems(ref SequenceReader<byte> reader, RespKind kind, long count, int depth)
    {
        if (count < 0)
        {
            return new RespValue(RespKind.Null);
        }

        if (count > MostItems || depth == 0)
        {
            throw new ProtocolViolationException(
                $"The server announced {count} values, {MostDepth - depth} levels deep."
            );
        }

        List<RespValue> items = [];
        for (long i = 0; i < count; i++)
        {
            if (Read(ref reader, depth - 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new RespValue(kind) { Items = items };
    }

    private static long NumberOf(in ReadOnlySequence<byte> text)
    {
        Span<byte> digits = stackalloc byte[20];
        if (text.Length is > 0 and <= 20)
        {
            text.CopyTo(digits);
            digits = digits[..(int)text.Length];
            if (Utf8Parser.TryParse(digits, out long number, out int used) && used == digits.Length)
            {
                return number;
            }
        }

        throw new ProtocolViolationException(
            $"The server sent {TextOf(text.Slice(0, Math.Min(20, text.Length)))} for a number."
        );
    }

    private static string TextOf(in ReadOnlySequence<byte> text) => Encoding.UTF8.GetString(text);
}
