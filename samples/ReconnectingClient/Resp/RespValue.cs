using System.Collections.Generic;

namespace ReconnectingClient.Resp;

/// <summary>The kind of a value that a Redis server sends.</summary>
internal enum RespKind
{
    /// <summary>
    /// A text. Floats, big numbers and verbatim strings, for which RESP3 has separate types, are also read as text.
    /// </summary>
    Text,

    /// <summary>The refusal of a command.</summary>
    Error,

    /// <summary>A number, or a boolean as 1 or 0.</summary>
    Number,

    /// <summary>The null value.</summary>
    Null,

    /// <summary>An array, a set, or a map as alternating keys and values.</summary>
    List,

    /// <summary>A value that a subscription brings. It is not a reply to a command.</summary>
    Push,
}

/// <summary>One value of the Redis serialization protocol, version 3 (and version 2, which is a part of it).</summary>
internal sealed record RespValue(RespKind Kind)
{
    internal string Text { get; init; } = "";

    internal long Number { get; init; }

    internal IReadOnlyList<RespValue> Items { get; init; } = [];

    public override string ToString() =>
        Kind switch
        {
            RespKind.Number => $"{Number}",
            RespKind.Null => "nil",
            RespKind.List or RespKind.Push => $"[{string.Join(", ", Items)}]",
            _ => Text,
        };
}
