using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>
/// MAIL and RCPT of one message, and the replies to them. With PIPELINING (RFC 2920) a bounded number of commands is sent ahead of the
/// replies, and without it one. DATA waits for all replies, so that a server that has refused everything is not sent a message. Pure.
/// </summary>
internal sealed class SmtpEnvelope(SmtpSend message, SmtpExtensions offered)
{
    // The most commands that wait for replies. More would fill the buffers on both sides.
    private const int Window = 100;

    private readonly SmtpServerReply?[] _replies = new SmtpServerReply?[message.Recipients.Count];
    private SmtpServerReply? _mail;
    private int _sent;
    private int _answered;

    /// <summary>Opens the content of the message.</summary>
    public Func<Stream> Content => message.Content;

    /// <summary>Whether every command that was sent is answered, and none is left to be sent.</summary>
    public bool IsAnswered => _answered == _sent && (IsMailRefused || _sent == _replies.Length + 1);

    /// <summary>Whether the server has accepted a recipient.</summary>
    public bool HasRecipients => !IsMailRefused && Array.Exists(_replies, reply => reply is { IsPositive: true });

    private bool IsMailRefused => _mail is { IsPositive: false };

    /// <summary>Returns the reason for which the server cannot get this message; null if there is none.</summary>
    public ReactorException? WhyNotSent() =>
        message.NeedsUtf8 && !offered.Utf8 ? new SmtpExtensionException("SMTPUTF8")
        : message.Body == SmtpBody.EightBitMime && !offered.EightBitMime ? new SmtpExtensionException("8BITMIME")
        : message.Size > offered.MaxSize ? new SmtpMessageTooLargeException(message.Size.Value, offered.MaxSize.Value)
        : null;

    /// <summary>Writes the commands that may be sent now.</summary>
    public void WriteCommands(IBufferWriter<byte> commands)
    {
        int window = offered.Pipelining ? Window : 1;
        for (; _sent <= _replies.Length && _sent - _answered < window && !IsMailRefused; _sent++)
        {
            SmtpClientSession.WriteLine(commands, _sent == 0 ? Mail() : $"RCPT TO:<{message.Recipients[_sent - 1]}>");
        }
    }

    /// <summary>Takes the reply to the oldest command without one.</summary>
    public void Take(SmtpServerReply reply)
    {
        if (_answered == 0)
            _mail = reply;
        else
            _replies[_answered - 1] = reply;
        _answered++;
    }

    /// <summary>Makes the result.</summary>
    /// <param name="reply">The reply that decides for all recipients that are not refused yet; null if there is none.</param>
    /// <param name="failure">The reason for which there is no such reply; null if there is none.</param>
    /// <param name="mayHaveIt">Whether the server may have the whole message.</param>
    public SmtpSendResult Finish(SmtpServerReply? reply, ReactorException? failure, bool mayHaveIt)
    {
        SmtpRecipientResult[] results = new SmtpRecipientResult[_replies.Length];
        for (int at = 0; at < results.Length; at++)
        {
            SmtpServerReply? decisive =
                IsMailRefused ? _mail
                : _replies[at] is { IsPositive: false } refused ? refused
                : reply;
            results[at] = new SmtpRecipientResult(message.Recipients[at], DeliveryOf(decisive, mayHaveIt), decisive);
        }

        return new SmtpSendResult(message.Id, results, failure);
    }

    private static SmtpDelivery DeliveryOf(SmtpServerReply? reply, bool mayHaveIt) =>
        reply switch
        {
            { IsPositive: true } => SmtpDelivery.Accepted,
            { IsPermanent: true } => SmtpDelivery.Refused,
            // 3xx is no answer to these commands; nothing was delivered.
            { } => SmtpDelivery.Deferred,
            null => mayHaveIt ? SmtpDelivery.Unknown : SmtpDelivery.NotSent,
        };

    private string Mail()
    {
        StringBuilder mail = new($"MAIL FROM:<{message.ReversePath}>");
        if (offered.Size && message.Size is { } size)
            mail.Append(CultureInfo.InvariantCulture, $" SIZE={size}");
        if (message.Body == SmtpBody.EightBitMime)
            mail.Append(" BODY=8BITMIME");
        if (message.NeedsUtf8)
            mail.Append(" SMTPUTF8");
        return mail.ToString();
    }
}
