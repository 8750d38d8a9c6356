using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor.Protocols;

/// <summary>
/// A complete message with its envelope. The actor to which it is handed answers with <see cref="SmtpStored"/> or
/// <see cref="SmtpNotStored"/>. Until then the peer waits; it gets 250 only after <see cref="SmtpStored"/>. The message can be
/// used from any thread of this process. Everything except <see cref="Content"/> may be kept for any time.
/// </summary>
public sealed record SmtpMessage
{
    /// <summary>
    /// Identifies this message in the answer, in logs and in a <c>Received</c> field: 32 lower-case hexadecimal digits, unique,
    /// rising with time.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>
    /// The name that the peer gave itself in EHLO or HELO: 1 to 255 characters, not verified. It is usually a domain name. It
    /// may contain spaces and characters other than ASCII, but no control characters. Octets that are not UTF-8 become U+FFFD.
    /// With <see cref="SmtpOptions.Strict"/> it has no spaces, and it is printable ASCII unless the peer was offered SMTPUTF8.
    /// </summary>
    public required string Helo { get; init; }

    /// <summary>Whether the peer greeted with EHLO and not with HELO.</summary>
    public bool Extended { get; init; }

    /// <summary>The peer's address; null if the transport has none.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>The protocol version and cipher of TLS, as text for people; null if the message came in the clear.</summary>
    public string? Tls { get; init; }

    /// <summary>
    /// The user name with which the peer has authenticated itself, as the authenticator has confirmed it; null if it has not.
    /// </summary>
    public string? UserName { get; init; }

    /// <summary>
    /// The reverse path of MAIL, as received (quoted local parts stay quoted), without its angle brackets and without a source
    /// route. It is empty for the null reverse path <c>&lt;&gt;</c> of a notification (RFC 5321, 4.5.5).
    /// </summary>
    public required string ReversePath { get; init; }

    /// <summary>
    /// The accepted forward paths in the order of their RCPT commands, at least one, in the same form as
    /// <see cref="ReversePath"/>. <c>Postmaster</c> may have no domain. Duplicates are not removed.
    /// </summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>The kind of content that the sender has declared with BODY=.</summary>
    public SmtpBody Body { get; init; }

    /// <summary>
    /// Whether the sender gave SMTPUTF8 in MAIL (RFC 6531): addresses and header fields may have characters other than ASCII,
    /// and the message may be passed on only to systems that support SMTPUTF8.
    /// </summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>
    /// The message as it was sent between DATA and the final dot: every octet, without the dots that were added for
    /// transparency (RFC 5321, 4.5.2), and with CRLF for each bare CR or LF. So every line ends in CRLF, there is no bare CR or
    /// LF, and the content is either empty or ends with CRLF. The content is available until the message is answered.
    /// </summary>
    public SmtpContent Content { get; init; } = SmtpContent.Empty;

    /// <summary>
    /// The "with" protocol for a <c>Received</c> field: SMTP, ESMTP, ESMTPS or ESMTPSA (RFC 3848), UTF8SMTP, UTF8SMTPS or
    /// UTF8SMTPSA (RFC 6531, 4.3).
    /// </summary>
    public string WithProtocol =>
        !SmtpUtf8 && !Extended
            ? "SMTP"
            : $"{(SmtpUtf8 ? "UTF8SMTP" : "ESMTP")}{(Tls is null ? "" : "S")}{(UserName is null ? "" : "A")}";
}
