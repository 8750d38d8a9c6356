using System;

namespace Akka.Reactor.Protocols;

/// <summary>How an SMTP sender uses STARTTLS on a connection that begins in the clear. On <c>tls://</c> it has no meaning.</summary>
public enum SmtpStartTls
{
    /// <summary>
    /// Nothing is sent before TLS is on except EHLO or HELO, STARTTLS and QUIT. A server that does not offer STARTTLS, or refuses it, ends
    /// the session with <see cref="SmtpTlsException"/>.
    /// </summary>
    Required,

    /// <summary>
    /// TLS is used if the server offers it and does not refuse it, and otherwise the session continues in the clear. An attacker on
    /// the path can prevent TLS.
    /// </summary>
    Opportunistic,

    /// <summary>TLS is not used.</summary>
    Never,
}

/// <summary>
/// The options of an SMTP sender. Immutable. Setting a value that is out of range throws <see cref="ArgumentException"/>. Which
/// certificates are accepted is an option of the connection (<see cref="ConnectOptions.Tls"/>).
/// </summary>
public sealed record SmtpSenderOptions
{
    /// <summary>
    /// The name of this system in EHLO (RFC 5321, 4.1.1.1): a domain name or an address literal, 1 to 255 ASCII characters. Null,
    /// the default: the local address of the connection as a literal.
    /// </summary>
    public string? HostName
    {
        get;
        init => field = value is null ? null : new SmtpOptions { HostName = value }.HostName;
    }

    /// <summary>How STARTTLS is used. Default: required.</summary>
    public SmtpStartTls StartTls { get; init; }

    /// <summary>
    /// The user name and password (AUTH PLAIN, or else LOGIN). A server that does not offer AUTH or refuses them ends the session with
    /// <see cref="SmtpAuthException"/>. Null, the default: AUTH is not used.
    /// </summary>
    public SmtpCredentials? Credentials { get; init; }

    /// <summary>
    /// Dangerous. True sends the password in the clear if TLS is not on: everybody on the path can read it. Off by default: the
    /// session then ends with <see cref="SmtpAuthException"/>.
    /// </summary>
    public bool AllowAuthInClear { get; init; }

    /// <summary>
    /// The time within which the server must reply to a command, and within which it must greet. More than zero. Default: 5 minutes
    /// (RFC 5321, 4.5.3.2). The connection's idle timeout must be longer, or it ends the connection first.
    /// </summary>
    public TimeSpan ReplyTimeout
    {
        get;
        init => field = MoreThanZero(value);
    } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time within which the server must confirm a message after its last octet. More than zero. Default: 10 minutes
    /// (RFC 5321, 4.5.3.2.6). The connection's idle timeout must be longer, or it ends the connection first.
    /// </summary>
    public TimeSpan DeliveryTimeout
    {
        get;
        init => field = MoreThanZero(value);
    } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The number of messages that wait behind the one that is under way. A further one is answered with
    /// <see cref="SmtpQueueFullException"/>. At least 0. Default: 100.
    /// </summary>
    public int QueueLimit
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 0.");
    } = 100;

    private static TimeSpan MoreThanZero(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "More than zero.");
}
