using System;
using System.Buffers;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Finds the replies of a server (RFC 5321, 4.2) in input of any segmentation. Only CRLF ends a line. It keeps no octets: an
/// unfinished reply stays with the caller. Pure.
/// </summary>
internal static class SmtpReplyReader
{
    /// <summary>The most octets of a reply, with all its lines.</summary>
    internal const int MaxLength = 16 * 1024;

    /// <summary>Reads one reply at the start of the input. Returns false if it has no end yet.</summary>
    /// <param name="input">The octets that are not consumed yet.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="consumed">The number of octets of the reply.</param>
    /// <exception cref="PeerViolationException">This is no reply, or it is longer than <see cref="MaxLength"/>.</exception>
    public static bool TryRead(in ReadOnlySequence<byte> input, out SmtpServerReply reply, out long consumed)
    {
        reply = null!;
        consumed = 0;
        int length = (int)Math.Min(input.Length, MaxLength);
        ReadOnlySpan<byte> octets =
            input.FirstSpan.Length >= length ? input.FirstSpan[..length] : input.Slice(0, length).ToArray();
        StringBuilder text = new();
        int code = 0;
        string? enhanced = null;
        for (int at = 0; ; )
        {
            int end = octets[at..].IndexOf("\r\n"u8);
            if (end < 0)
            {
                return length < MaxLength
                    ? false
                    : throw new PeerViolationException($"The server's reply is longer than {MaxLength} octets.");
            }

            ReadOnlySpan<byte> line = octets.Slice(at, end);
            int thisCode = CodeOf(line);
            if (thisCode < 0 || (at > 0 && thisCode != code))
                throw new PeerViolationException("The server has sent a line that is no reply.");
            code = thisCode;
            ReadOnlySpan<byte> rest = line.Length > 4 ? line[4..] : default;
            string? thisEnhanced = TakeEnhanced(ref rest, code);
            enhanced ??= thisEnhanced;
            if (at > 0)
                text.Append('\n');
            Append(text, rest);
            at += end + 2;
            if (line.Length == 3 || line[3] == ' ')
            {
                reply = new SmtpServerReply(code, enhanced, text.ToString());
                consumed = at;
                return true;
            }
        }
    }

    private static int CodeOf(ReadOnlySpan<byte> line)
    {
        bool valid =
            line.Length >= 3
            && line[0] is >= (byte)'2' and <= (byte)'5'
            && char.IsAsciiDigit((char)line[1])
            && char.IsAsciiDigit((char)line[2])
            && (line.Length == 3 || line[3] is (byte)' ' or (byte)'-');
        return valid ? ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0' : -1;
    }

    // class "." subject "." detail (RFC 3463, 2). The class is the first digit of the code; 3xx has no such code.
    private static string? TakeEnhanced(ref ReadOnlySpan<byte> text, int code)
    {
        int space = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? text : text[..space];
        if (word.Length is < 5 or > 9 || word[0] != '0' + (code / 100) || word[1] != '.' || code / 100 == 3)
            return null;
        int dot = word[2..].IndexOf((byte)'.');
        if (dot < 0 || !IsNumber(word.Slice(2, dot)) || !IsNumber(word[(dot + 3)..]))
            return null;
        text = space < 0 ? default : text[(space + 1)..];
        return Encoding.ASCII.GetString(word);
    }

    private static bool IsNumber(ReadOnlySpan<byte> text) =>
        text.Length is >= 1 and <= 3 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static void Append(StringBuilder text, ReadOnlySpan<byte> octets)
    {
        foreach (char character in Encoding.UTF8.GetString(octets))
            text.Append(char.IsControl(character) ? '\ufffd' : character);
    }
}
