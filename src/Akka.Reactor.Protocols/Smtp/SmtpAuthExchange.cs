using System;
using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>The result of one line of an authentication exchange.</summary>
internal enum SmtpAuthVerdict
{
    /// <summary>The peer has to answer <see cref="SmtpAuthExchange.Challenge"/>.</summary>
    Challenge,

    /// <summary>The user name and the password are complete, and the exchange is over.</summary>
    Complete,

    /// <summary>The peer gave a name to act for that is not its own (RFC 4616, section 2). The exchange is over.</summary>
    OtherIdentity,

    /// <summary>The line is not base64, or has not the form that the mechanism requires. The exchange is over.</summary>
    Malformed,

    /// <summary>The peer has cancelled the exchange, which is over.</summary>
    Cancelled,

    /// <summary>There is no such mechanism here.</summary>
    UnknownMechanism,
}

/// <summary>
/// The octets between AUTH and its final reply (RFC 4954, section 4), for the mechanisms PLAIN (RFC 4616) and LOGIN, which is not
/// standardized: two challenges, one for the user name and one for the password. Pure.
/// </summary>
internal sealed class SmtpAuthExchange
{
    private Expects _expects;

    private enum Expects
    {
        Nothing,
        PlainMessage,
        LoginName,
        LoginPassword,
    }

    /// <summary>Whether the next line belongs to the exchange, and is not a command.</summary>
    public bool IsOpen => _expects != Expects.Nothing;

    /// <summary>The reply that asks for the next line.</summary>
    public ReadOnlySpan<byte> Challenge =>
        _expects switch
        {
            Expects.LoginName => "334 VXNlcm5hbWU6\r\n"u8,
            Expects.LoginPassword => "334 UGFzc3dvcmQ6\r\n"u8,
            _ => "334 \r\n"u8,
        };

    public string UserName { get; private set; } = "";

    public string Password { get; private set; } = "";

    /// <summary>Begins with the argument of AUTH: a mechanism, and perhaps the peer's first message.</summary>
    public SmtpAuthVerdict Begin(ReadOnlySpan<byte> argument)
    {
        int space = argument.IndexOf((byte)' ');
        ReadOnlySpan<byte> mechanism = space < 0 ? argument : argument[..space];
        ReadOnlySpan<byte> first = space < 0 ? default : argument[(space + 1)..];
        if (Ascii.EqualsIgnoreCase(mechanism, "PLAIN"u8))
            _expects = Expects.PlainMessage;
        else if (Ascii.EqualsIgnoreCase(mechanism, "LOGIN"u8))
            _expects = Expects.LoginName;
        else
            return SmtpAuthVerdict.UnknownMechanism;
        if (first.IsEmpty)
            return SmtpAuthVerdict.Challenge;
        // An empty message is written as "=" here, because nothing would mean that there is none.
        return first.SequenceEqual("="u8) ? Take([]) : Continue(first);
    }

    /// <summary>Takes the peer's answer to the challenge.</summary>
    /// <param name="line">The line without its CRLF.</param>
    public SmtpAuthVerdict Continue(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("*"u8))
        {
            Forget();
            return SmtpAuthVerdict.Cancelled;
        }

        byte[] octets = new byte[Base64.GetMaxDecodedFromUtf8Length(line.Length)];
        // Decoding would skip white space, which is no part of base64 (RFC 4648, section 3.3).
        bool decoded =
            !line.ContainsAny(" \t\r\n"u8)
            && Base64.DecodeFromUtf8(line, octets, out _, out int length) == OperationStatus.Done
            && Shorten(ref octets, length);
        return decoded ? Take(octets) : End(SmtpAuthVerdict.Malformed);
    }

    /// <summary>Ends the exchange, and forgets what the peer has said in it.</summary>
    public void Forget()
    {
        _expects = Expects.Nothing;
        UserName = Password = "";
    }

    private SmtpAuthVerdict Take(byte[] octets)
    {
        try
        {
            switch (_expects)
            {
                case Expects.PlainMessage:
                    return TakePlain(octets);
                case Expects.LoginName when IsText(octets):
                    UserName = Encoding.UTF8.GetString(octets);
                    _expects = Expects.LoginPassword;
                    return SmtpAuthVerdict.Challenge;
                case Expects.LoginPassword when IsText(octets):
                    Password = Encoding.UTF8.GetString(octets);
                    _expects = Expects.Nothing;
                    return SmtpAuthVerdict.Complete;
                default:
                    return End(SmtpAuthVerdict.Malformed);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    // The message is [authorization identity] NUL user name NUL password.
    private SmtpAuthVerdict TakePlain(ReadOnlySpan<byte> message)
    {
        int first = message.IndexOf((byte)0);
        if (first < 0)
            return End(SmtpAuthVerdict.Malformed);
        ReadOnlySpan<byte> identity = message[..first];
        ReadOnlySpan<byte> rest = message[(first + 1)..];
        int second = rest.IndexOf((byte)0);
        if (second < 0 || !IsText(rest[..second]) || !IsText(rest[(second + 1)..]))
            return End(SmtpAuthVerdict.Malformed);
        if (!identity.IsEmpty && !identity.SequenceEqual(rest[..second]))
            return End(SmtpAuthVerdict.OtherIdentity);
        UserName = Encoding.UTF8.GetString(rest[..second]);
        Password = Encoding.UTF8.GetString(rest[(second + 1)..]);
        _expects = Expects.Nothing;
        return SmtpAuthVerdict.Complete;
    }

    private SmtpAuthVerdict End(SmtpAuthVerdict verdict)
    {
        Forget();
        return verdict;
    }

    private static bool IsText(ReadOnlySpan<byte> octets) =>
        !octets.IsEmpty && !octets.Contains((byte)0) && System.Text.Unicode.Utf8.IsValid(octets);

    private static bool Shorten(ref byte[] octets, int length)
    {
        if (length == octets.Length)
            return true;
        byte[] all = octets;
        octets = all[..length];
        CryptographicOperations.ZeroMemory(all);
        return true;
    }
}
