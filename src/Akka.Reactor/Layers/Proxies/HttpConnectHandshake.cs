using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>
/// The client of HTTP's CONNECT (RFC 9110, section 9.3.6; RFC 9112 defines the messages). The header section of a 2xx response
/// ends the dialogue, whatever its fields contain. Interim responses before it are skipped. For every other response the status
/// line decides.
/// </summary>
internal sealed class HttpConnectHandshake(string proxy, ProxyTarget target, ProxyCredentials? credentials)
    : ProxyHandshake(proxy, target)
{
    /// <summary>The largest number of bytes that are read, interim responses included.</summary>
    internal const int Limit = 16 * 1024;

    private const int LongestReason = 100;
    private const int StatusEnd = 5;
    private const int SwitchingProtocols = 101;

    // This status is meant for origin servers, but tinyproxy answers a wrong password with it.
    private const int Unauthorized = 401;
    private const int ProxyAuthenticationRequired = 407;

    // A field name is a token: RFC 9110, section 5.6.2.
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
            // A line feed without a carriage return also ends a line: RFC 9112, section 2.2, allows a recipient to accept it.
            TakeLine(CollectionsMarshal.AsSpan(_line));
            _line.Clear();
            _afterReturn = false;
        }
        else if (_afterReturn)
        {
            FailMalformed("a line contains a carriage return");
        }
        else if (value == '\r')
        {
            _afterReturn = true;
        }
        else if (value is < (byte)' ' and not (byte)'\t' or 0x7F)
        {
            FailMalformed($"it contains the control character 0x{value:X2}");
        }
        else
        {
            TakeOfLine(value);
        }
    }

    // An answer that is not HTTP fails at its first wrong byte, because the end of its line might never come.
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
            // The empty line ends an interim response.
            _status = 0;
        }
    }

    // RFC 9112, section 4: the first half of the version is followed by a digit, a space, three digits, a space and the reason.
    // If there is no reason, the space is still required, but some proxies do not send it.
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
                // The client did not ask for a different protocol, and after a 101 no more HTTP would come.
                FailRefused(status, ReasonIn(text[StatusEnd..]));
                break;
            default:
                _status = status;
                break;
        }
    }

    // A line that begins with white space continues the field before it (RFC 9112, section 5.2).
    private void CheckField(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        bool folded = line[0] is (byte)' ' or (byte)'\t';
        if (!folded && (colon < 1 || line[..colon].ContainsAnyExcept(NameCharacters)))
        {
            FailMalformed("a line of its header section is not a field");
        }
    }

    private static string ReasonIn(ReadOnlySpan<byte> text)
    {
        string reason = Encoding.ASCII.GetString(text).Trim();
        return reason.Length > LongestReason ? reason[..LongestReason] : reason;
    }
}
