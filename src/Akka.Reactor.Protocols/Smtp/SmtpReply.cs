using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The replies (RFC 5321, 4.2) with their enhanced status codes (RFC 3463). According to RFC 2034, the greeting, 354 and the
/// replies to EHLO and HELO have no such code. No reply repeats text that the peer sent.
/// </summary>
internal static class SmtpReply
{
    internal static ReadOnlySpan<byte> Ok => "250 2.0.0 Ok\r\n"u8;

    internal static ReadOnlySpan<byte> SenderOk => "250 2.1.0 Ok\r\n"u8;

    internal static ReadOnlySpan<byte> RecipientOk => "250 2.1.5 Ok\r\n"u8;

    internal static ReadOnlySpan<byte> Stored => "250 2.0.0 Ok: stored\r\n"u8;

    internal static ReadOnlySpan<byte> Help => "214 2.0.0 See RFC 5321\r\n"u8;

    internal static ReadOnlySpan<byte> ReadyToStartTls => "220 2.0.0 Ready to start TLS\r\n"u8;

    internal static ReadOnlySpan<byte> CannotVerify => "252 2.0.0 Cannot verify, but will accept the message\r\n"u8;

    internal static ReadOnlySpan<byte> StartMailInput => "354 Start mail input; end with <CRLF>.<CRLF>\r\n"u8;

    internal static ReadOnlySpan<byte> NotStored => "451 4.3.0 Not stored, try again later\r\n"u8;

    internal static ReadOnlySpan<byte> NoRoom => "452 4.3.1 No room for the message now, try again later\r\n"u8;

    internal static ReadOnlySpan<byte> TooManyRecipients => "452 4.5.3 Too many recipients\r\n"u8;

    internal static ReadOnlySpan<byte> TlsNotAvailable => "454 4.7.0 TLS not available\r\n"u8;

    internal static ReadOnlySpan<byte> Authenticated => "235 2.7.0 Authentication successful\r\n"u8;

    internal static ReadOnlySpan<byte> AuthNotPossible =>
        "454 4.7.0 Authentication not possible now, try again later\r\n"u8;

    internal static ReadOnlySpan<byte> AuthLineTooLong => "500 5.5.6 Authentication exchange line too long\r\n"u8;

    internal static ReadOnlySpan<byte> AuthMalformed => "501 5.5.2 Cannot decode this\r\n"u8;

    internal static ReadOnlySpan<byte> AuthCancelled => "501 5.7.0 Authentication cancelled\r\n"u8;

    internal static ReadOnlySpan<byte> AuthTwice => "503 5.5.1 Already authenticated\r\n"u8;

    internal static ReadOnlySpan<byte> AuthInMail => "503 5.5.1 Not during a mail transaction\r\n"u8;

    internal static ReadOnlySpan<byte> AuthMechanismUnknown => "504 5.5.4 Mechanism not recognized\r\n"u8;

    internal static ReadOnlySpan<byte> TlsFirst => "530 5.7.0 Say STARTTLS first\r\n"u8;

    internal static ReadOnlySpan<byte> AuthFirst => "530 5.7.0 Authentication required\r\n"u8;

    internal static ReadOnlySpan<byte> AuthFailed => "535 5.7.8 Authentication credentials invalid\r\n"u8;

    internal static ReadOnlySpan<byte> AuthNeedsTls => "538 5.7.11 Encryption required; say STARTTLS first\r\n"u8;

    internal static ReadOnlySpan<byte> LineTooLong => "500 5.5.2 Line too long\r\n"u8;

    internal static ReadOnlySpan<byte> BadCharacter => "500 5.5.2 Control character in command\r\n"u8;

    internal static ReadOnlySpan<byte> UnknownCommand => "500 5.5.2 Command not recognized\r\n"u8;

    internal static ReadOnlySpan<byte> BadArgument => "501 5.5.4 Syntax error in argument\r\n"u8;

    internal static ReadOnlySpan<byte> NoArgumentAllowed => "501 5.5.4 No argument allowed\r\n"u8;

    internal static ReadOnlySpan<byte> BadSender => "501 5.1.7 Bad sender address syntax\r\n"u8;

    internal static ReadOnlySpan<byte> BadRecipient => "501 5.1.3 Bad recipient address syntax\r\n"u8;

    internal static ReadOnlySpan<byte> NotImplemented => "502 5.5.1 Command not implemented\r\n"u8;

    internal static ReadOnlySpan<byte> HelloFirst => "503 5.5.1 Send EHLO or HELO first\r\n"u8;

    internal static ReadOnlySpan<byte> NestedMail => "503 5.5.1 Sender already given\r\n"u8;

    internal static ReadOnlySpan<byte> MailFirst => "503 5.5.1 Send MAIL first\r\n"u8;

    internal static ReadOnlySpan<byte> TlsAlreadyOn => "503 5.5.1 TLS is already on\r\n"u8;

    internal static ReadOnlySpan<byte> TooBig => "552 5.3.4 Message too big\r\n"u8;

    internal static ReadOnlySpan<byte> NeedsUtf8 => "553 5.6.7 Address is not ASCII; say SMTPUTF8 in MAIL\r\n"u8;

    internal static ReadOnlySpan<byte> NoRecipients => "554 5.5.1 No valid recipients\r\n"u8;

    internal static ReadOnlySpan<byte> NotStoredEver => "554 5.3.0 Message refused\r\n"u8;

    internal static ReadOnlySpan<byte> BareLineEnd => "554 5.6.0 Bare CR or LF in the message\r\n"u8;

    internal static ReadOnlySpan<byte> TextLineTooLong => "554 5.6.0 Text line too long\r\n"u8;

    internal static ReadOnlySpan<byte> ParameterNotRecognized => "555 5.5.4 Parameter not recognized\r\n"u8;

    internal static void Greeting(IBufferWriter<byte> replies, string hostName) =>
        WithHost(replies, "220 "u8, hostName, " ESMTP ready\r\n"u8);

    internal static void Hello(IBufferWriter<byte> replies, string hostName) =>
        WithHost(replies, "250 "u8, hostName, "\r\n"u8);

    internal static void ExtendedHello(
        IBufferWriter<byte> replies,
        SmtpOptions options,
        bool offersStartTls,
        bool offersAuth
    )
    {
        WithHost(replies, "250-"u8, options.HostName, "\r\n250-PIPELINING\r\n250-SIZE "u8);
        Span<byte> size = replies.GetSpan(20);
        options.MaxMessageSize.TryFormat(size, out int length, default, CultureInfo.InvariantCulture);
        replies.Advance(length);
        replies.Write("\r\n250-8BITMIME\r\n"u8);
        if (options.SmtpUtf8)
            replies.Write("250-SMTPUTF8\r\n"u8);
        if (offersStartTls)
            replies.Write("250-STARTTLS\r\n"u8);
        if (offersAuth)
            replies.Write("250-AUTH PLAIN LOGIN\r\n"u8);
        replies.Write("250 ENHANCEDSTATUSCODES\r\n"u8);
    }

    internal static void Goodbye(IBufferWriter<byte> replies, string hostName, SmtpEnd end)
    {
        if (end == SmtpEnd.Quit)
        {
            replies.Write("221 2.0.0 "u8);
            WithHost(replies, default, hostName, " closing connection\r\n"u8);
            return;
        }

        // RFC 3463: the enhanced code comes first, then the host name that RFC 5321 requires in 421.
        (string code, string text) = end switch
        {
            SmtpEnd.TooManyErrors => ("4.7.0", "Too many errors"),
            SmtpEnd.TooManyAuthFailures => ("4.7.0", "Too many failed authentications"),
            SmtpEnd.EndlessLine => ("4.7.0", "Line too long"),
            SmtpEnd.UnexpectedTls => ("4.7.0", "TLS is not on here; say STARTTLS first"),
            SmtpEnd.TimedOut => ("4.4.2", "Timed out waiting for your input"),
            SmtpEnd.ShuttingDown => ("4.3.2", "Shutting down"),
            _ => throw new ArgumentOutOfRangeException(nameof(end), end, message: null),
        };
        replies.Write("421 "u8);
        Encoding.ASCII.GetBytes(code, replies);
        WithHost(replies, " "u8, hostName, ": "u8);
        Encoding.ASCII.GetBytes(text, replies);
        replies.Write("\r\n"u8);
    }

    private static void WithHost(
        IBufferWriter<byte> replies,
        ReadOnlySpan<byte> before,
        string hostName,
        ReadOnlySpan<byte> after
    )
    {
        replies.Write(before);
        Encoding.ASCII.GetBytes(hostName, replies);
        replies.Write(after);
    }
}
