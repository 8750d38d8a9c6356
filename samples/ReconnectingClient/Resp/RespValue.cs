using System.Collections.Generic;

namespace ReconnectingClient.Resp;

/// <summary>What a Redis server says.</summary>
internal enum RespKind
{
    /// <summary>Text, also what RESP3 has types of its own for: floats, big numbers, verbatim strings.</summary>
    Text,

    /// <summary>A command was refused.</summary>
    Error,

    /// <summary>A number, or a boolean as 1 or 0.</summary>
    Number,

    /// <summary>Nothing.</summary>
    Null,

    /// <summary>An array or a set, or a map as keys and values in turn.</summary>
    List,

    /// <summary>No answer: something that a subscription brings.</summary>
    Push,
}

/// <summary>One value of the Redis serialization protocol, version 3 (and 2, which is a part of it).</summary>
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
