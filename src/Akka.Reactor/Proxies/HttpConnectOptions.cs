using System;
using Akka.Reactor.Proxies;

namespace Akka.Reactor;

/// <summary>
/// Where an HTTP proxy shall connect to (RFC 9110, section 9.3.6), and as whom it is asked. Immutable and safe on every thread.
/// A value out of range is refused where it is set, with <see cref="ArgumentException"/>.
/// </summary>
public sealed record HttpConnectOptions
{
    /// <summary>Creates options with the defaults.</summary>
    /// <param name="host">
    /// An IPv4 or IPv6 address (without brackets), or a name. A name is never resolved here: it is sent as it is, at most 255
    /// bytes of ASCII, and the proxy resolves it.
    /// </param>
    /// <param name="port">1 to 65535.</param>
    /// <exception cref="ArgumentException">It is no such host or port.</exception>
    public HttpConnectOptions(string host, int port)
    {
        Target = new ProxyTarget(host, port);
    }

    /// <summary>The target's address or name.</summary>
    public string Host => Target.Host;

    /// <summary>The target's port.</summary>
    public int Port => Target.Port;

    /// <summary>
    /// The user name, which has no colon, and password, sent with the request in the Basic scheme and UTF-8 (RFC 7617). Null,
    /// the default: none are sent.
    /// </summary>
    public ProxyCredentials? Credentials
    {
        get;
        init =>
            field =
                value?.UserName.Contains(':', StringComparison.Ordinal) == true
                    ? throw new ArgumentException(
                        $"The user name '{value.UserName}' holds a colon; for the Basic scheme it must not.",
                        nameof(value)
                    )
                    : value;
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
}
