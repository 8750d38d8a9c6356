using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;

namespace ReactorHost.Tools;

/// <summary>
/// What is said in the clear before TLS starts: SMTP (RFC 3207), IMAP (RFC 9051, section 6.2.1) or PostgreSQL (SSLRequest). Pure: it
/// is given lines (for PostgreSQL one octet), and returns what to send.
/// </summary>
internal abstract class StartTlsDialogue
{
    /// <summary>The most octets of a line.</summary>
    internal const int MaxLine = 8192;

    internal static IReadOnlyList<string> Names { get; } = ["smtp", "imap", "postgres"];

    /// <summary>What is sent before the server has said anything.</summary>
    internal virtual ReadOnlyMemory<byte> First => default;

    /// <summary>Whether the server is ready for TLS: nothing that follows belongs to the dialogue.</summary>
    internal bool IsReady { get; private protected set; }

    internal static StartTlsDialogue Of(string name) =>
        name switch
        {
            "smtp" => new Smtp(),
            "imap" => new Imap(),
            "postgres" => new Postgres(),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, message: null),
        };

    /// <summary>Takes what the server says, up to where TLS begins.</summary>
    /// <param name="input">What is not consumed yet.</param>
    /// <param name="answer">What to send next.</param>
    /// <returns>The number of octets consumed; 0 if there is no whole line.</returns>
    /// <exception cref="StartTlsException">The server does not start TLS.</exception>
    internal virtual long Take(in ReadOnlySequence<byte> input, out ReadOnlyMemory<byte> answer)
    {
        answer = default;
        if (input.PositionOf((byte)'\n') is not { } end)
        {
            return input.Length < MaxLine ? 0 : throw new StartTlsException("The server's line has no end.");
        }

        ReadOnlySequence<byte> line = input.Slice(0, end);
        answer = Encoding.ASCII.GetBytes(TakeLine(Encoding.Latin1.GetString(line).TrimEnd('\r')));
        return line.Length + 1;
    }

    private protected virtual string TakeLine(string line) => "";

    private protected static StartTlsException Refused(string line)
    {
        string shown = line.Length > 200 ? line[..200] + "..." : line;
        char[] text = [.. shown];
        return new StartTlsException(
            $"The server does not start TLS: {string.Concat(Array.ConvertAll(text, letter => char.IsControl(letter) ? '?' : letter))}"
        );
    }

    /// <summary>Greeting, EHLO, STARTTLS.</summary>
    private sealed class Smtp : StartTlsDialogue
    {
        private readonly string[] _commands = ["EHLO localhost\r\n", "STARTTLS\r\n", ""];
        private int _replies;

        private protected override string TakeLine(string line)
        {
            bool isLast = line.Length == 3 || (line.Length > 3 && line[3] == ' ');
            if (line.Length < 3 || line[0] != '2')
            {
                throw Refused(line);
            }

            if (!isLast)
            {
                return "";
            }

            IsReady = _replies == 2;
            return _commands[_replies++];
        }
    }

    /// <summary>Greeting, STARTTLS.</summary>
    private sealed class Imap : StartTlsDialogue
    {
        private bool _greeted;

        private protected override string TakeLine(string line)
        {
            if (!_greeted)
            {
                _greeted = line.StartsWith("* OK", StringComparison.OrdinalIgnoreCase) ? true : throw Refused(line);
                return "a1 STARTTLS\r\n";
            }

            if (line.StartsWith("a1 OK", StringComparison.OrdinalIgnoreCase))
            {
                IsReady = true;
            }
            else if (!line.StartsWith("* ", StringComparison.Ordinal))
            {
                throw Refused(line);
            }

            return "";
        }
    }

    /// <summary>SSLRequest, which is answered by the single octet S or N.</summary>
    private sealed class Postgres : StartTlsDialogue
    {
        internal override ReadOnlyMemory<byte> First { get; } = new byte[] { 0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f };

        internal override long Take(in ReadOnlySequence<byte> input, out ReadOnlyMemory<byte> answer)
        {
            answer = default;
            IsReady = input.FirstSpan[0] == 'S' ? true : throw Refused(Encoding.Latin1.GetString(input.FirstSpan));
            return 1;
        }
    }
}
