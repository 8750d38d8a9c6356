using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>
/// The client of HTTP's CONNECT (RFC 9110, section 9.3.6; its messages: RFC 9112). The header section of a 2xx ends the
/// dialogue, whatever its fields say; interim responses before it are skipped; of everything else the status line decides.
/// </summary>
internal sealed class HttpConnectHandshake(string proxy, ProxyTarget target, ProxyCredentials? credentials)
    : ProxyHandshake(proxy, target)
{
    /// <summary>The most bytes that are read, interim responses included.</summary>
    internal const int Limit = 16 * 1024;

    private const int LongestReason = 100;
    private const int StatusEnd = 5;
    private const int SwitchingProtocols = 101;

    // Which is for origin servers, and is what tinyproxy answers to a wrong password.
    private const int Unauthorized = 401;
    private const int ProxyAuthenticationRequired = 407;

    // A token: RFC 9110, section 5.6.2.
    private static readonly SearchValues<byte> NameCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8
    );

    private readonly List<byte> _line = [];
    private bool _afterReturn;
    private int _status;

    private static ReadOnlySpan<byte> Version => "HTTP/1."u8;

    private protected override void Greet()
    {
        Send(Encoding.ASCII.GetBytes($"CONNECT {Target} HTTP/1.1\r\nHost: {Target}\r\n"));
        if (credentials is not null)
        {
            byte[] plain = Encoding.UTF8.GetBytes($"{credentials.UserName}:{credentials.Password}");
            Send(Encoding.ASCII.GetBytes($"Proxy-Authorization: Basic {Convert.ToBase64String(plain)}\r\n"));
        }

        Send("\r\n"u8);
    }

    private protected override void Take(byte value)
    {
        if (Received > Limit)
        {
            FailTooLong(Limit);
        }
        else if (value == '\n')
        {
            // Alone, too: RFC 9112, section 2.2 lets a recipient take it for the end of a line.
            TakeLine(CollectionsMarshal.AsSpan(_line));
            _line.Clear();
            _afterReturn = false;
        }
        else if (_afterReturn)
        {
            FailMalformed("a carriage return stands within a line");
        }
        else if (value == '\r')
        {
            _afterReturn = true;
        }
        else if (value is < (byte)' ' and not (byte)'\t' or 0x7F)
        {
            FailMalformed($"it holds the control character 0x{value:X2}");
        }
        else
        {
            TakeOfLine(value);
        }
    }

    // Whatever is no HTTP is noticed at its first byte: its end of a line might never come.
    private void TakeOfLine(byte value)
    {
        if (_status == 0 && _line.Count < Version.Length && value != Version[_line.Count])
        {
            FailMalformed("it does not begin with HTTP/1");
        }
        else
        {
            _line.Add(value);
        }
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (_status == 0)
        {
            TakeStatusLine(line);
        }
        else if (!line.IsEmpty)
        {
            CheckField(line);
        }
        else if (_status >= 200)
        {
            Open();
        }
        else
        {
            // The end of an interim response.
            _status = 0;
        }
    }

    // RFC 9112, section 4: behind the version's first half a digit, a space, three digits, a space and the reason. Where there is
    // no reason the space is due all the same, and not always sent.
    private void TakeStatusLine(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line[Math.Min(line.Length, Version.Length)..];
        if (
            text.Length < StatusEnd
            || !char.IsAsciiDigit((char)text[0])
            || text[1] != ' '
            || !int.TryParse(text[2..StatusEnd], NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            || status < 100
            || (text.Length > StatusEnd && text[StatusEnd] != ' ')
        )
        {
            FailMalformed("it has no status line");
            return;
        }

        switch (status)
        {
            case ProxyAuthenticationRequired or Unauthorized:
                FailAuthentication(status);
                break;
            case SwitchingProtocols or >= 300:
                // Nobody asked for another protocol, and behind a 101 nothing more of this one would come.
                FailRefused(status, ReasonIn(text[StatusEnd..]));
                break;
            default:
                _status = status;
                break;
        }
    }

    // A line that begins with white space goes on with the field before it (RFC 9112, section 5.2).
    private void CheckField(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        bool folded = line[0] is (byte)' ' or (byte)'\t';
        if (!folded && (colon < 1 || line[..colon].ContainsAnyExcept(NameCharacters)))
        {
            FailMalformed("a line of its header section is no field");
        }
    }

    private static string ReasonIn(ReadOnlySpan<byte> text)
    {
        string reason = Encoding.ASCII.GetString(text).Trim();
        return reason.Length > LongestReason ? reason[..LongestReason] : reason;
    }
}
