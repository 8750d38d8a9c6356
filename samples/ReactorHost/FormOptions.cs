using System.Collections.Generic;

namespace ReactorHost;

/// <summary>
/// What a single-purpose form was told on the command line, as text: the library checks the values, and knows what is
/// allowed. Null where an option was not given.
/// </summary>
internal sealed record FormOptions
{
    /// <summary><c>echo</c>, <c>discard</c>, <c>smtp</c> or <c>relay</c>; also the listener's name.</summary>
    internal required string Form { get; init; }

    /// <summary>HOST:PORT.</summary>
    internal required string Listen { get; init; }

    /// <summary>Certificate and key; TLS begins with the first byte.</summary>
    internal (string Certificate, string Key)? Tls { get; init; }

    /// <summary>Certificate and key; TLS begins when the peer asks for it.</summary>
    internal (string Certificate, string Key)? StartTls { get; init; }

    internal string? Maildir { get; init; }

    /// <summary>Where a relay passes connections on to: the first of these end points that can be connected.</summary>
    internal IReadOnlyList<string> Connect { get; init; } = [];

    /// <summary>Whether a relay logs what it passes on.</summary>
    internal bool Tap { get; init; }

    internal string? ConfigFile { get; init; }

    /// <summary>The options that are settings of the same kind, by option: path below <c>akka.reactor</c>, and value.</summary>
    internal required IReadOnlyDictionary<string, (string Path, string Value)> Settings { get; init; }
}
