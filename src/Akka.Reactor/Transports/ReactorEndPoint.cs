using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Akka.Reactor.Transports;

/// <summary>
/// An end point as configuration writes it: <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c>, or <c>unix:/PATH</c>.
/// </summary>
/// <param name="Secure">True for <c>tls</c>.</param>
/// <param name="Host">A name, an IPv4 address, or an IPv6 address (in brackets when written).</param>
/// <param name="Port">0 lets the system choose, where binding.</param>
internal sealed record ReactorEndPoint(bool Secure, string Host, int Port)
{
    internal const string Allowed =
        "tcp://HOST:PORT or tls://HOST:PORT, such as tcp://127.0.0.1:7000 or tcp://[::1]:7000, or unix:/PATH";

    internal const string UnixScheme = "unix:";

    /// <summary>The absolute path of a unix socket; then there is no host and no port.</summary>
    internal string? UnixPath { get; private init; }

    /// <summary>The address, when <see cref="Host"/> is one.</summary>
    internal IPAddress? Address => IPAddress.TryParse(Host, out IPAddress? address) ? address : null;

    /// <summary>The zone of an address (RFC 4007) that names no interface of this machine; .NET takes it for none.</summary>
    internal string? UnknownZone => Address is { } address ? UnknownZoneIn(Host, address) : null;

    /// <inheritdoc cref="UnknownZone"/>
    internal static string? UnknownZoneIn(string text, IPAddress address)
    {
        int begin = text.IndexOf('%', StringComparison.Ordinal) + 1;
        if (begin == 0 || address is not { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: 0 })
        {
            return null;
        }

        int end = text.IndexOf(']', begin);
        string zone = end < 0 ? text[begin..] : text[begin..end];
        return zone.AsSpan().ContainsAnyExcept('0') ? zone : null;
    }

    internal static bool TryParse(string? text, [NotNullWhen(true)] out ReactorEndPoint? endPoint)
    {
        endPoint = null;
        if (text is null)
        {
            return false;
        }

        if (text.StartsWith(UnixScheme + "/", StringComparison.Ordinal))
        {
            string path = text[UnixScheme.Length..];
            bool plain = path.Length > 1 && !path.Contains('\0', StringComparison.Ordinal);
            endPoint = plain ? new ReactorEndPoint(Secure: false, "", 0) { UnixPath = path } : null;
            return plain;
        }

        bool secure = text.StartsWith("tls://", StringComparison.Ordinal);
        if (!secure && !text.StartsWith("tcp://", StringComparison.Ordinal))
        {
            return false;
        }

        string rest = text["tcp://".Length..];
        int colon = rest.LastIndexOf(':');
        if (
            colon <= 0
            || !int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port > IPEndPoint.MaxPort
        )
        {
            return false;
        }

        string host = rest[..colon];
        bool bracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        host = bracketed ? host[1..^1] : host;
        bool valid = bracketed
            ? IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
        if (!valid)
        {
            return false;
        }

        endPoint = new ReactorEndPoint(secure, host, port);
        return true;
    }

    /// <summary>The unix socket's address, where the system takes a path as long.</summary>
    internal UnixDomainSocketEndPoint? UnixAddress(out string reason)
    {
        try
        {
            reason = "";
            return new UnixDomainSocketEndPoint(UnixPath!);
        }
        catch (Exception refusal) when (refusal is ArgumentException or PlatformNotSupportedException)
        {
            reason =
                refusal is ArgumentException
                    ? $"the path has {Encoding.UTF8.GetByteCount(UnixPath!)} bytes, which is longer than a unix socket's may be here"
                    : "unix sockets are not supported here";
            return null;
        }
    }

    public override string ToString() =>
        UnixPath is not null
            ? UnixScheme + UnixPath
            : $"{(Secure ? "tls" : "tcp")}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
