using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;
using Akka.Reactor.Proxies;

namespace Akka.Reactor;

/// <summary>How a proxy is asked to open the way.</summary>
public enum ProxyKind
{
    /// <summary>SOCKS5 (RFC 1928).</summary>
    Socks5,

    /// <summary>HTTP CONNECT (RFC 9110, section 9.3.6).</summary>
    HttpConnect,
}

/// <summary>
/// A proxy that outgoing connections go through, as configuration writes it: <c>socks5://HOST:PORT</c>,
/// <c>socks5+tls://HOST:PORT</c>, <c>http://HOST:PORT</c> or <c>https://HOST:PORT</c>, with <c>USER:PASSWORD@</c> before the host where
/// it asks for them. The target's name is resolved by the proxy.
/// </summary>
/// <param name="Kind">How it is asked.</param>
/// <param name="Host">Its name, or its address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record Proxy(ProxyKind Kind, string Host, int Port)
{
    internal const string Allowed =
        "socks5://HOST:PORT, socks5+tls://HOST:PORT, http://HOST:PORT or https://HOST:PORT, with USER:PASSWORD@ before HOST "
        + "where needed (%40 for @, %3A for :)";

    private static readonly (string Scheme, ProxyKind Kind, bool Secure)[] s_schemes =
    [
        ("socks5://", ProxyKind.Socks5, false),
        ("socks5+tls://", ProxyKind.Socks5, true),
        ("http://", ProxyKind.HttpConnect, false),
        ("https://", ProxyKind.HttpConnect, true),
    ];

    /// <summary>Whether TLS is spoken with the proxy itself, which is verified as <see cref="Host"/>. Default false.</summary>
    public bool Secure { get; init; }

    /// <summary>Whom it is told we are. Null, the default: nobody.</summary>
    public ProxyCredentials? Credentials { get; init; }

    /// <summary>Reads one as configuration writes it.</summary>
    /// <exception cref="FormatException">It is none. The message does not show it: it may hold a password.</exception>
    public static Proxy Parse(string text) =>
        TryParse(text, out Proxy? proxy)
            ? proxy
            : throw new FormatException($"This is no proxy; it must be {Allowed}.");

    /// <summary>As <see cref="Parse"/>, and false for what is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Proxy? proxy)
    {
        proxy = null;
        if (
            s_schemes.FirstOrDefault(known => text?.StartsWith(known.Scheme, StringComparison.Ordinal) == true)
            is not { Scheme: { } scheme } found
        )
        {
            return false;
        }

        string rest = text![scheme.Length..];
        int at = rest.LastIndexOf('@');
        string authority = rest[(at + 1)..];
        int colon = authority.LastIndexOf(':');
        if (
            colon <= 0
            || !int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
        )
        {
            return false;
        }

        string host = authority[..colon];
        host =
            host is ['[', .., ']'] ? host[1..^1]
            : host.Contains(':', StringComparison.Ordinal) ? ""
            : host;
        try
        {
            ProxyTarget hop = new(host, port);
            ProxyCredentials? credentials = at < 0 ? null : ReadCredentials(rest[..at]);
            Proxy read = new(found.Kind, hop.Host, hop.Port) { Secure = found.Secure, Credentials = credentials };

            // A user name may be one that the other kind of proxy can be told and this one cannot.
            _ = read.LayerTo("target.test", 1, ProxyHandshakeTimeout.Default);
            proxy = read;
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Without the password.</summary>
    public override string ToString()
    {
        string scheme = s_schemes.First(known => known.Kind == Kind && known.Secure == Secure).Scheme;
        string user = Credentials is null ? "" : $"{Uri.EscapeDataString(Credentials.UserName)}:***@";
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{scheme}{user}{host}:{Port}");
    }

    /// <summary>The layer that asks it to open the way there.</summary>
    /// <exception cref="ArgumentException">There is no such way through it.</exception>
    internal Layer LayerTo(string host, int port, TimeSpan handshakeTimeout) =>
        Kind == ProxyKind.Socks5
            ? Socks5.ClientLayer(
                new Socks5Options(host, port) { Credentials = Credentials, HandshakeTimeout = handshakeTimeout }
            )
            : HttpConnect.ClientLayer(
                new HttpConnectOptions(host, port) { Credentials = Credentials, HandshakeTimeout = handshakeTimeout }
            );

    private static ProxyCredentials ReadCredentials(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? throw new ArgumentException("There is no password.", nameof(text))
            : new ProxyCredentials(Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }
}
