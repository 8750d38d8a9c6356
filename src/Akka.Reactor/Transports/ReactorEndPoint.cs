using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Akka.Reactor.Transports;

/// <summary>
/// An end point as it is written in configuration: <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c>, or <c>unix:/PATH</c>.
/// </summary>
/// <param name="Secure">True for <c>tls</c>.</param>
/// <param name="Host">A name, an IPv4 address, or an IPv6 address (in brackets when written).</param>
/// <param name="Port">The port. When binding, 0 lets the system choose.</param>
internal sealed record ReactorEndPoint(bool Secure, string Host, int Port)
{
    internal const string Allowed =
        "tcp://HOST:PORT or tls://HOST:PORT, such as tcp://127.0.0.1:7000 or tcp://[::1]:7000, or unix:/PATH";

    internal const string UnixScheme = "unix:";

    /// <summary>The absolute path of a unix socket, which has no host and no port. Null for all other end points.</summary>
    internal string? UnixPath { get; private init; }

    /// <summary>The IP address, if <see cref="Host"/> is one, else null.</summary>
    internal IPAddress? Address => IPAddress.TryParse(Host, out IPAddress? address) ? address : null;

    /// <summary>
    /// The zone of an address (RFC 4007), if it names no interface of this machine. .NET treats such an address as one without a
    /// zone.
    /// </summary>
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

    /// <summary>Parses an end point. The zone of an address must be an interface of this machine.</summary>
    /// <param name="text">The end point as it is written.</param>
    /// <param name="key">The key of the end point, for errors.</param>
    /// <param name="error">Creates the exception that is thrown, from the key and the problem with its value.</param>
    internal static ReactorEndPoint Parse(string? text, string key, Func<string, string, Exception> error)
    {
        if (!TryParse(text, out ReactorEndPoint? endPoint))
        {
            throw error(key, $"is {text ?? "null"}; it must be {Allowed}");
        }

        return endPoint.UnknownZone is { } zone
            ? throw error(key, $"is {text}, but this machine has no network interface {zone}")
            : endPoint;
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

    /// <summary>
    /// Returns the address of the unix socket. Returns null, with a reason, if the system accepts no path of this length.
    /// </summary>
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
                    ? $"the path has {Encoding.UTF8.GetByteCount(UnixPath!)} bytes, which is more than this system allows for a unix socket"
                    : "unix sockets are not supported here";
            return null;
        }
    }

    public override string ToString() =>
        UnixPath is not null
            ? UnixScheme + UnixPath
            : $"{(Secure ? "tls" : "tcp")}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
