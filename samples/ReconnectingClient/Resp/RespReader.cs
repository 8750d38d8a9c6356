using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text;
using Akka.Reactor;

namespace ReconnectingClient.Resp;

/// <summary>
/// Reads the values that a Redis server sends (RESP3), in pieces of any size. The reader itself keeps the parts of an
/// incomplete value, so that they are not read again. Every connection needs a reader of its own.
/// </summary>
/// <param name="limit">The approximate limit of the memory that a value may take, in bytes.</param>
internal sealed class RespReader(long limit)
{
    private const int LongestLine = 16 * 1024;
    private const int MostDepth = 16;

    // The memory that a value takes in addition to its text, in bytes.
    private const int ValueCost = 64;

    private readonly Stack<Collection> _open = new();
    private Blob? _blob;
    private long _size;

    /// <summary>True if the value that is being read comes from a subscription and is not a reply to a command.</summary>
    internal bool IsInPush => _open.LastOrDefault() is { Kind: RespKind.Push };

    /// <summary>Consumes bytes from the front of <paramref name="data"/>. Returns true if they complete a value.</summary>
    /// <exception cref="PeerViolationException">The bytes are not RESP.</exception>
    /// <exception cref="ReplyTooLargeException">The value is larger than the limit, or its announced length is.</exception>
    internal bool TryRead(ref ReadOnlySequence<byte> data, [NotNullWhen(true)] out RespValue? value)
    {
        SequenceReader<byte> reader = new(data);
        value = null;
        while (value is null && TryReadPart(ref reader, out RespValue? part))
        {
            value = part is null ? null : Place(part);
        }

        data = reader.UnreadSequence;
        return value is not null;
    }

    // Returns true if there was progress. The part is null if a text or a collection has only begun.
    private bool TryReadPart(ref SequenceReader<byte> reader, out RespValue? part)
    {
        part = null;
        if (_blob is not null)
        {
            return TryFill(ref reader, _blob, out part);
        }

        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
        {
            CheckLine(reader.Remaining);
            return false;
        }

        CheckLine(line.Length);
        if (line.IsEmpty)
        {
            throw new PeerViolationException("The server sent an empty line where a value begins.");
        }

        Count(line.Length);
        part = ReadLine(line.FirstSpan[0], line.Slice(1));
        return true;
    }

    private RespValue? ReadLine(byte type, in ReadOnlySequence<byte> rest) =>
        type switch
        {
            (byte)'+' or (byte)',' or (byte)'(' => new RespValue(RespKind.Text) { Text = TextOf(rest) },
            (byte)'-' => new RespValue(RespKind.Error) { Text = TextOf(rest) },
            (byte)':' => new RespValue(RespKind.Number) { Number = NumberOf(rest) },
            (byte)'#' => new RespValue(RespKind.Number) { Number = FlagOf(rest) },
            (byte)'_' => new RespValue(RespKind.Null),
            (byte)'$' or (byte)'*' when TextOf(rest) == "-1" => new RespValue(RespKind.Null),
            (byte)'$' => Begin(new Blob(RespKind.Text, Announced(rest, cost: 1))),
            (byte)'!' => Begin(new Blob(RespKind.Error, Announced(rest, cost: 1))),
            (byte)'=' => Begin(new Blob(RespKind.Text, Announced(rest, cost: 1)) { IsVerbatim = true }),
            (byte)'*' or (byte)'~' => Begin(new Collection(RespKind.List, Announced(rest, ValueCost))),
            (byte)'%' => Begin(new Collection(RespKind.List, 2 * Announced(rest, 2 * ValueCost))),
            (byte)'>' => Begin(new Collection(RespKind.Push, Announced(rest, ValueCost))),
            _ => throw new PeerViolationException($"The server sent a value of an unknown type: 0x{type:X2}."),
        };

    private RespValue? Begin(Blob blob)
    {
        _blob = blob;
        return null;
    }

    private RespValue? Begin(Collection collection)
    {
        if (collection.Count == 0)
        {
            return new RespValue(collection.Kind);
        }

        if (_open.Count == MostDepth)
        {
            throw new PeerViolationException($"The server sent values more than {MostDepth} levels deep.");
        }

        _open.Push(collection);
        return null;
    }

    private bool TryFill(ref SequenceReader<byte> reader, Blob blob, out RespValue? part)
    {
        part = null;
        Span<byte> missing = blob.Bytes.AsSpan(blob.Filled);
        missing = missing[..(int)Math.Min(missing.Length, reader.Remaining)];
        reader.TryCopyTo(missing);
        reader.Advance(missing.Length);
        blob.Filled += missing.Length;
        if (blob.Filled < blob.Bytes.Length)
        {
            return false;
        }

        if (!blob.Bytes.AsSpan().EndsWith("\r\n"u8))
        {
            throw new PeerViolationException($"The server's text of {blob.Bytes.Length - 2} bytes lacks its CRLF.");
        }

        _blob = null;
        part = new RespValue(blob.Kind) { Text = blob.Text };
        return true;
    }

    // Adds a value to the innermost open collection. A collection that is now complete is added to the next outer
    // collection, and so on. Returns the value that is in no collection, or null if there is none yet.
    private RespValue? Place(RespValue part)
    {
        while (_open.TryPeek(out Collection? outer))
        {
            outer.Items.Add(part);
            if (outer.Items.Count < outer.Count)
            {
                return null;
            }

            _open.Pop();
            part = new RespValue(outer.Kind) { Items = outer.Items };
        }

        _size = 0;
        return part;
    }

    private void Count(long bytes)
    {
        _size += bytes;
        if (_size > limit)
        {
            throw new ReplyTooLargeException(_size, limit);
        }
    }

    private static void CheckLine(long length)
    {
        if (length > LongestLine)
        {
            throw new PeerViolationException($"The server sent a line of more than {LongestLine} bytes.");
        }
    }

    // Reads an announced length. A value that is too large is refused before any of it is received and before memory is
    // allocated for it.
    private int Announced(in ReadOnlySequence<byte> text, int cost)
    {
        string digits = TextOf(text);
        if (digits.Length is 0 or > 15 || !digits.All(char.IsAsciiDigit))
        {
            throw new PeerViolationException($"The server sent '{Printable.Of(digits)}' instead of a length.");
        }

        long announced = long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
        Count(announced * cost);
        return (int)announced;
    }

    private static long NumberOf(in ReadOnlySequence<byte> text)
    {
        byte[] digits = text.Slice(0, Math.Min(text.Length, 32)).ToArray();
        return
            digits.Length == text.Length
            && Utf8Parser.TryParse(digits, out long number, out int used)
            && used == digits.Length
            ? number
            : throw new PeerViolationException($"The server sent '{Printable.Of(TextOf(text))}' instead of a number.");
    }

    private static long FlagOf(in ReadOnlySequence<byte> text) =>
        TextOf(text) switch
        {
            "t" => 1,
            "f" => 0,
            var other => throw new PeerViolationException(
                $"The server sent '{Printable.Of(other)}' instead of true or false."
            ),
        };

    private static string TextOf(in ReadOnlySequence<byte> text) => Encoding.UTF8.GetString(text);

    private sealed class Blob(RespKind kind, int length)
    {
        internal RespKind Kind { get; } = kind;

        // The text and the CRLF after it.
        internal byte[] Bytes { get; } = new byte[length + 2];

        internal int Filled { get; set; }

        // A verbatim text begins with three letters and a colon that name its format: "txt:", "mkd:".
        internal bool IsVerbatim { get; init; }

        internal string Text
        {
            get
            {
                string text = Encoding.UTF8.GetString(Bytes.AsSpan(..^2));
                return IsVerbatim && text.Length >= 4 ? text[4..] : text;
            }
        }
    }

    private sealed class Collection(RespKind kind, int count)
    {
        internal RespKind Kind { get; } = kind;

        internal int Count { get; } = count;

        internal List<RespValue> Items { get; } = [];
    }
}
