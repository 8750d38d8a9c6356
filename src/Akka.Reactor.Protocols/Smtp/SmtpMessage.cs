using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor.Protocols;

/// <summary>
/// A message received whole, with its envelope. The actor it is handed to answers with <see cref="SmtpStored"/> or
/// <see cref="SmtpNotStored"/>; until then the sender waits, and it is told 250 only for <see cref="SmtpStored"/>.
/// Safe to pass to any thread of this process. All of it but <see cref="Content"/> may be kept as long as wanted.
/// </summary>
public sealed record SmtpMessage
{
    /// <summary>
    /// Names this message in the answer, in logs and in a <c>Received</c> field: 32 lower-case hexadecimal digits,
    /// unique, rising with time.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>
    /// What the peer called itself in EHLO or HELO: 1 to 255 characters, and not verified. Usually a domain name; a peer
    /// may send spaces and other characters than ASCII as well, but no control characters. What is not UTF-8 is U+FFFD.
    /// With <see cref="SmtpOptions.Strict"/>, without spaces, and printable ASCII unless the peer knows of SMTPUTF8.
    /// </summary>
    public required string Helo { get; init; }

    /// <summary>Whether the peer greeted with EHLO rather than HELO.</summary>
    public bool Extended { get; init; }

    /// <summary>The peer's address; null where the transport has none.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>Protocol version and cipher of the TLS the message came over, for people; null in the clear.</summary>
    public string? Tls { get; init; }

    /// <summary>
    /// The reverse path of MAIL without its angle brackets and without source route, as it came (quoted local parts stay
    /// quoted); empty for the null reverse path <c>&lt;&gt;</c> of a notification (RFC 5321, 4.5.5).
    /// </summary>
    public required string ReversePath { get; init; }

    /// <summary>
    /// The accepted forward paths in the order of their RCPT, at least one, in the same form as
    /// <see cref="ReversePath"/>; <c>Postmaster</c> may stand without a domain. Not deduplicated.
    /// </summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>What the sender declared with BODY=.</summary>
    public SmtpBody Body { get; init; }

    /// <summary>
    /// Whether the sender said SMTPUTF8 (RFC 6531): addresses and header fields may have characters other than ASCII, and it
    /// may be passed on only to systems that know of it.
    /// </summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>
    /// The message as it was sent between DATA and the final dot: every octet, the dots doubled for transparency made
    /// single again (RFC 5321, 4.5.2), and each CR and LF that came alone made CRLF. So every line ends in CRLF, no CR or
    /// LF stands alone, and it is either empty or ends with CRLF. It is there until the message is answered.
    /// </summary>
    public SmtpContent Content { get; init; } = SmtpContent.Empty;

    /// <summary>
    /// The "with" protocol for a <c>Received</c> field: SMTP, ESMTP or ESMTPS (RFC 3848), UTF8SMTP or UTF8SMTPS (RFC 6531,
    /// 4.3).
    /// </summary>
    public string WithProtocol =>
        SmtpUtf8 ? (Tls is null ? "UTF8SMTP" : "UTF8SMTPS")
        : !Extended ? "SMTP"
        : Tls is null ? "ESMTP"
        : "ESMTPS";
}
