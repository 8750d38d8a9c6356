using System.Collections.Generic;

namespace ReactorHost;

/// <summary>
/// The command-line options of a single-purpose form, as text. The library knows the allowed values and checks them. An
/// option that was not given is null.
/// </summary>
internal sealed record FormOptions
{
    /// <summary>The form: <c>echo</c>, <c>discard</c>, <c>smtp</c> or <c>relay</c>. It is also the listener's name.</summary>
    internal required string Form { get; init; }

    /// <summary>The end point to listen on, as HOST:PORT.</summary>
    internal required string Listen { get; init; }

    /// <summary>The certificate and key for TLS that begins with the first byte.</summary>
    internal (string Certificate, string Key)? Tls { get; init; }

    /// <summary>The certificate and key for TLS that begins when the peer asks for it (STARTTLS).</summary>
    internal (string Certificate, string Key)? StartTls { get; init; }

    internal string? Maildir { get; init; }

    /// <summary>The end points of a relay. It passes a connection on to the first of them to which it can connect.</summary>
    internal IReadOnlyList<string> Connect { get; init; } = [];

    /// <summary>Whether a relay logs the bytes that it passes on.</summary>
    internal bool Tap { get; init; }

    internal string? ConfigFile { get; init; }

    /// <summary>
    /// The options that set one setting each, by option name: the path of the setting below <c>akka.reactor</c>, and the
    /// value.
    /// </summary>
    internal required IReadOnlyDictionary<string, (string Path, string Value)> Settings { get; init; }
}
