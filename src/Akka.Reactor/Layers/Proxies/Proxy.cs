using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;
using System.Text;
using Akka.Actor;
using Akka.Reactor.Layers.Proxies;

namespace Akka.Reactor;

/// <summary>The protocol by which a proxy is asked to open the way to a target.</summary>
public enum ProxyKind
{
    /// <summary>SOCKS5 (RFC 1928).</summary>
    Socks5,

    /// <summary>HTTP CONNECT (RFC 9110, section 9.3.6).</summary>
    HttpConnect,
}

/// <summary>
/// A proxy that outgoing connections go through, in the form that configuration uses: <c>socks5://HOST:PORT</c>,
/// <c>socks5+tls://HOST:PORT</c>, <c>http://HOST:PORT</c> or <c>https://HOST:PORT</c>, with <c>USER:PASSWORD@</c> before the
/// host if the proxy asks for them. The proxy resolves the target's name.
/// </summary>
/// <remarks>Immutable and safe on every thread. Setting a value that is out of range throws an exception.</remarks>
public sealed record Proxy
{
    internal const string Allowed =
        "socks5://HOST:PORT, socks5+tls://HOST:PORT, http://HOST:PORT or https://HOST:PORT, with USER:PASSWORD@ before HOST "
        + "where needed (%40 for @, %3A for :, %25 for %)";

    private static readonly UTF8Encoding s_strictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private static readonly (string Scheme, ProxyKind Kind, bool Secure)[] s_schemes =
    [
        ("socks5://", ProxyKind.Socks5, false),
        ("socks5+tls://", ProxyKind.Socks5, true),
        ("http://", ProxyKind.HttpConnect, false),
        ("https://", ProxyKind.HttpConnect, true),
    ];

    /// <summary>Creates a proxy that is used without TLS and without credentials.</summary>
    /// <param name="kind">The proxy's protocol.</param>
    /// <param name="host">The proxy's name, or its address without brackets.</param>
    /// <param name="port">The proxy's port: 1 to 65535.</param>
    /// <exception cref="ArgumentException">The kind, the host or the port is not valid.</exception>
    public Proxy(ProxyKind kind, string host, int port)
    {
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "The kind must be Socks5 or HttpConnect.");
        }

        ProxyTarget hop = new(host, port);
        Kind = kind;
        Host = hop.Host;
        Port = hop.Port;
    }

    /// <summary>The proxy's protocol.</summary>
    public ProxyKind Kind { get; }

    /// <summary>The proxy's name, or its address without brackets.</summary>
    public string Host { get; }

    /// <summary>The proxy's port.</summary>
    public int Port { get; }

    /// <summary>
    /// Whether the connection to the proxy itself uses TLS. The proxy is then verified as <see cref="Host"/>, against the trust
    /// anchors of <see cref="ConnectOptions.Tls"/> if it has any. Only <see cref="ConnectOptions.Proxies"/> inserts that TLS
    /// layer; <see cref="LayerTo(string, int)"/> refuses a secure proxy. Default false.
    /// </summary>
    public bool Secure { get; init; }

    /// <summary>
    /// The credentials that the proxy receives. For SOCKS5 the user name and the password have 1 to 255 bytes of UTF-8 each
    /// (RFC 1929). For HTTP the user name contains no colon (RFC 7617). Null, the default: the proxy receives no credentials.
    /// </summary>
    /// <exception cref="ArgumentException">This kind of proxy cannot receive these credentials.</exception>
    public ProxyCredentials? Credentials
    {
        get;
        init
        {
            CheckCredentials(Kind, value);
            field = value;
        }
    }

    /// <summary>
    /// The total time for the dialogue with this proxy, during which the proxy also connects to its target. Above 0 and at most
    /// 24.8 days; infinite switches the limit off. If the value is null, the default, a proxy in
    /// <see cref="ConnectOptions.Proxies"/> uses <see cref="ConnectOptions.HandshakeTimeout"/>, and
    /// <see cref="LayerTo(string, int)"/> uses 10 s. A value here takes precedence over both. TLS with a secure proxy has its
    /// own deadline, which is always <see cref="ConnectOptions.HandshakeTimeout"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a valid deadline.</exception>
    public TimeSpan? HandshakeTimeout
    {
        get;
        init => field = value is { } timeout ? ProxyHandshakeTimeout.Checked(timeout) : null;
    }

    /// <summary>Reads a proxy in the form that configuration uses.</summary>
    /// <exception cref="FormatException">
    /// The text is not a proxy. The message does not show the text, because it may contain a password.
    /// </exception>
    public static Proxy Parse(string text) =>
        TryParse(text, out Proxy? proxy)
            ? proxy
            : throw new FormatException($"The text is not a proxy; it must be {Allowed}.");

    /// <summary>Reads a proxy as <see cref="Parse"/> does, but returns false if the text is not a proxy.</summary>
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
            proxy = new Proxy(found.Kind, host, port)
            {
                Secure = found.Secure,
                Credentials = at < 0 ? null : ReadCredentials(rest[..at]),
            };
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Returns the proxy in the form that configuration uses, without the password.</summary>
    public override string ToString()
    {
        string scheme = s_schemes.First(known => known.Kind == Kind && known.Secure == Secure).Scheme;
        string user = Credentials is null ? "" : $"{Uri.EscapeDataString(Credentials.UserName)}:***@";
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{scheme}{user}{host}:{Port}");
    }

    /// <summary>
    /// Returns the layer that asks this proxy to open the way to a target. The layer is named <c>socks5</c> or
    /// <c>http-connect</c>. It is used in <see cref="ConnectOptions.Layers"/>, or with
    /// <see cref="ProtocolActor.StartLayer(Layer)"/> on a connection to the proxy. The layer talks to the proxy until the way
    /// is open, and changes nothing afterwards. A failure closes the connection with a <see cref="ProxyException"/> or
    /// <see cref="ProxyTimeoutException"/>.
    /// </summary>
    /// <param name="host">
    /// The target's IPv4 or IPv6 address (without brackets), or its name. The name is sent unchanged, at most 255 bytes of
    /// ASCII, and the proxy resolves it.
    /// </param>
    /// <param name="port">The target's port: 1 to 65535.</param>
    /// <exception cref="ArgumentException">The host or the port is not valid.</exception>
    /// <exception cref="InvalidOperationException">
    /// The proxy is <see cref="Secure"/>, and a single layer cannot provide that. Use
    /// <see cref="Tls.ClientLayer(TlsClientOptions)"/> for the proxy's name, and above it the layer of a proxy that is not
    /// secure.
    /// </exception>
    public Layer LayerTo(string host, int port) =>
        Secure
            ? throw new InvalidOperationException(
                $"{this} uses TLS, which must be a separate layer below this one: use Tls.ClientLayer, and above it "
                    + "the layer of a proxy with Secure = false; or use ConnectOptions.Proxies, which adds both layers."
            )
            : LayerTo(host, port, ProxyHandshakeTimeout.Default);

    /// <summary>Returns the same layer without the TLS of a secure proxy; the caller inserts the TLS layer.</summary>
    /// <param name="host">The target's address or name.</param>
    /// <param name="port">The target's port.</param>
    /// <param name="handshakeTimeout">The limit if <see cref="HandshakeTimeout"/> is null.</param>
    internal Layer LayerTo(string host, int port, TimeSpan handshakeTimeout)
    {
        ProxyTarget target = new(host, port);
        TimeSpan timeout = HandshakeTimeout ?? handshakeTimeout;
        return new Layer(
            Kind == ProxyKind.Socks5 ? "socks5" : "http-connect",
            transport => Props.Create(() => new ProxyClientLayer(transport, Kind, target, Credentials, timeout))
        );
    }

    private static void CheckCredentials(ProxyKind kind, ProxyCredentials? credentials)
    {
        if (credentials is null)
        {
            return;
        }

        if (kind == ProxyKind.Socks5)
        {
            CheckLength(credentials.UserName, "user name");
            CheckLength(credentials.Password, "password");
        }
        else if (credentials.UserName.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"The user name '{credentials.UserName}' contains a colon, which the Basic scheme does not allow.",
                nameof(credentials)
            );
        }
    }

    private static void CheckLength(string text, string what)
    {
        if (Encoding.UTF8.GetByteCount(text) is var length and (< 1 or > 255))
        {
            throw new ArgumentException(
                $"The {what} has {length} bytes in UTF-8; for SOCKS5 it must have 1 to 255.",
                nameof(text)
            );
        }
    }

    private static ProxyCredentials ReadCredentials(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? throw new ArgumentException("There is no password.", nameof(text))
            : new ProxyCredentials(Unescaped(text[..colon]), Unescaped(text[(colon + 1)..]));
    }

    // Uri.UnescapeDataString leaves a malformed escape unchanged: the proxy would then receive a different password than was
    // meant.
    private static string Unescaped(string text)
    {
        List<byte> bytes = [];
        ReadOnlySpan<char> rest = text;
        while (rest.IndexOf('%') is var escape and >= 0)
        {
            bytes.AddRange(s_strictUtf8.GetBytes(rest[..escape].ToArray()));
            rest = rest[(escape + 1)..];
            if (
                rest.Length < 2
                || !byte.TryParse(
                    rest[..2],
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out byte value
                )
            )
            {
                throw new ArgumentException("A % is not followed by two hexadecimal digits.", nameof(text));
            }

            bytes.Add(value);
            rest = rest[2..];
        }

        bytes.AddRange(s_strictUtf8.GetBytes(rest.ToArray()));
        return s_strictUtf8.GetString([.. bytes]);
    }
}
