using System;
using System.Text;
using Akka.Reactor.Proxies;

namespace Akka.Reactor;

/// <summary>
/// Where a SOCKS5 proxy (RFC 1928) shall connect to, and as whom it is asked. Immutable and safe on every thread. A value out
/// of range is refused where it is set, with <see cref="ArgumentException"/>.
/// </summary>
public sealed record Socks5Options
{
    /// <summary>Creates options with the defaults.</summary>
    /// <param name="host">
    /// An IPv4 or IPv6 address (without brackets), or a name. A name is never resolved here: it is sent as it is, at most 255
    /// bytes of ASCII, and the proxy resolves it.
    /// </param>
    /// <param name="port">1 to 65535.</param>
    /// <exception cref="ArgumentException">It is no such host or port.</exception>
    public Socks5Options(string host, int port)
    {
        Target = new ProxyTarget(host, port);
    }

    /// <summary>The target's address or name.</summary>
    public string Host => Target.Host;

    /// <summary>The target's port.</summary>
    public int Port => Target.Port;

    /// <summary>
    /// The user name and password offered beside no authentication (RFC 1929): 1 to 255 bytes of UTF-8 each. Null, the
    /// default: only no authentication is offered.
    /// </summary>
    public ProxyCredentials? Credentials
    {
        get;
        init
        {
            CheckLength(value?.UserName, "user name");
            CheckLength(value?.Password, "password");
            field = value;
        }
    }

    /// <summary>
    /// Total time for the dialogue with the proxy, which includes the proxy's own connecting. Above 0 and at most 24.8 days;
    /// infinite switches it off. Default 10 s.
    /// </summary>
    public TimeSpan HandshakeTimeout
    {
        get;
        init => field = ProxyHandshakeTimeout.Checked(value);
    } = ProxyHandshakeTimeout.Default;

    internal ProxyTarget Target { get; }

    private static void CheckLength(string? text, string what)
    {
        if (text is not null && Encoding.UTF8.GetByteCount(text) is var length and (< 1 or > 255))
        {
            throw new ArgumentException(
                $"The {what} has {length} bytes in UTF-8; for SOCKS5 it must have 1 to 255.",
                nameof(text)
            );
        }
    }
}
