using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Asks an <see cref="SmtpSender"/> to send a message. The sender of this request receives exactly one <see cref="SmtpSendResult"/>.
/// </summary>
public sealed record SmtpSend : INoSerializationVerificationNeeded
{
    /// <summary>Identifies the message in the result and in logs. Default: a new unique id.</summary>
    public string Id { get; init; } = Guid.CreateVersion7().ToString("N");

    /// <summary>
    /// The mailbox to which failures are reported, without angle brackets: <c>user@example.org</c>. Empty for the null reverse path
    /// of a notification (RFC 5321, 4.5.5).
    /// </summary>
    /// <exception cref="ArgumentException">This is not a mailbox.</exception>
    public required string ReversePath
    {
        get;
        init => field = value is { Length: 0 } || IsMailbox(value) ? value : throw NotMailbox(value, nameof(value));
    }

    /// <summary>The mailboxes that the message is for, at least one, without angle brackets.</summary>
    /// <exception cref="ArgumentException">There is none, or one of them is not a mailbox.</exception>
    public required IReadOnlyList<string> Recipients
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            string[] recipients = [.. value];
            if (recipients.Length == 0)
                throw new ArgumentException("A message needs a recipient.", nameof(value));
            field = recipients.FirstOrDefault(recipient => !IsMailbox(recipient)) is { } wrong
                ? throw NotMailbox(wrong, nameof(value))
                : recipients;
        }
    }

    /// <summary>
    /// Opens the content: header, empty line, body. It is called once, on a thread of the pool, when the server is ready for the
    /// content; the stream is read in blocks, as fast as the server takes them, and disposed. Lines may end with CRLF, LF or CR; each is
    /// sent with CRLF. If it throws an exception, nothing of the message is delivered and the connection is lost.
    /// </summary>
    public required Func<Stream> Content { get; init; }

    /// <summary>
    /// The number of octets of the content, as far as it is known: the server may refuse a message that is too large before it is
    /// sent (RFC 1870). Null, the default: it is not known.
    /// </summary>
    public long? Size { get; init; }

    /// <summary>
    /// The kind of the content. <see cref="SmtpBody.EightBitMime"/> needs a server that offers 8BITMIME (RFC 6152); the content is not
    /// converted. Default: seven bits, which is not checked.
    /// </summary>
    public SmtpBody Body { get; init; }

    /// <summary>
    /// Whether the header of the content has characters other than ASCII (RFC 6531). Needs a server that offers SMTPUTF8, and so do
    /// addresses with such characters.
    /// </summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>Whether the message needs SMTPUTF8.</summary>
    internal bool NeedsUtf8 => SmtpUtf8 || !Ascii.IsValid(ReversePath) || Recipients.Any(to => !Ascii.IsValid(to));

    /// <summary>Returns the id and the number of recipients.</summary>
    public override string ToString() => $"message {Id} for {Recipients.Count} recipients";

    // The check also keeps line ends out of the commands.
    private static bool IsMailbox(string? text)
    {
        if (text is null)
            return false;
        byte[] path = Encoding.UTF8.GetBytes($"<{text}>");
        SmtpSyntax syntax = new(Strict: false, Utf8: true);
        return SmtpPath.TryRead(
                path,
                forward: true,
                syntax,
                out ReadOnlySpan<byte> mailbox,
                out ReadOnlySpan<byte> rest
            )
            && rest.IsEmpty
            && mailbox.Length == path.Length - 2;
    }

    private static ArgumentException NotMailbox(string? text, string name) =>
        new($"'{text?.ReplaceLineEndings(" ")}' is not a mailbox such as user@example.org.", name);
}

/// <summary>
/// Asks an <see cref="SmtpSender"/> to send the messages that it has accepted, then QUIT, and to close the connection.
/// </summary>
public sealed record SmtpQuit : INoSerializationVerificationNeeded;
