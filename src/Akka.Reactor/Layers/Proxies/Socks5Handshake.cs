using System.Net.Sockets;
using System.Text;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>
/// The client of SOCKS5 (RFC 1928) for the command CONNECT, with no authentication or with a user name and password (RFC 1929).
/// It keeps nothing of an answer except the position in it. The longest answer, a reply with a name, has 262 bytes.
/// </summary>
internal sealed class Socks5Handshake(string proxy, ProxyTarget target, ProxyCredentials? credentials)
    : ProxyHandshake(proxy, target)
{
    private const byte Version = 5;
    private const byte AuthenticationVersion = 1;
    private const byte ConnectCommand = 1;
    private const byte Reserved = 0;

    // RFC 1928, section 3, defines the methods.
    private const byte NoAuthentication = 0;
    private const byte UserNameAndPassword = 2;
    private const byte NoAcceptableMethod = 0xFF;

    // RFC 1928, section 5, defines the types of addresses.
    private const byte V4 = 1;
    private const byte DomainName = 3;
    private const byte V6 = 4;

    // A reply begins with version, code, reserved byte and address type. A name begins with its length.
    private const int ReplyHeader = 4;
    private const int PortBytes = 2;

    private Answer _awaited = Answer.Method;
    private int _position;
    private int _replyLength;

    private enum Answer
    {
        Method,
        Authentication,
        Reply,
    }

    private protected override void Greet() =>
        Send(
            credentials is null ? [Version, 1, NoAuthentication] : [Version, 2, NoAuthentication, UserNameAndPassword]
        );

    private protected override void Take(byte value)
    {
        int position = _position++;
        switch (_awaited)
        {
            case Answer.Method:
                TakeMethod(position, value);
                break;
            case Answer.Authentication:
                TakeAuthentication(position, value);
                break;
            default:
                TakeReply(position, value);
                break;
        }
    }

    private void TakeMethod(int position, byte value)
    {
        if (position == 0)
        {
            CheckVersion(value);
            return;
        }

        switch (value)
        {
            case NoAuthentication:
                Request();
                break;
            case UserNameAndPassword when credentials is not null:
                Authenticate(credentials);
                break;
            case NoAcceptableMethod:
                FailMethod(
                    value,
                    credentials is null ? "no authentication" : "no authentication, user name and password"
                );
                break;
            default:
                FailMalformed($"it chose the authentication method {value}, which was not offered");
                break;
        }
    }

    private void TakeAuthentication(int position, byte value)
    {
        if (position == 0)
        {
            // The version is not checked. This dialogue has only one version, and some proxies answer with the version of SOCKS
            // instead. Only the status matters.
            return;
        }

        if (value != 0)
        {
            FailAuthentication(value);
        }
        else
        {
            Request();
        }
    }

    private void TakeReply(int position, byte value)
    {
        switch (position)
        {
            case 0:
                CheckVersion(value);
                break;
            case 1 when value != 0:
                // The rest of the reply has no further information, and not every proxy sends it.
                FailRefused(value, NameOf(value));
                break;
            case 3:
                TakeAddressType(value);
                break;
            case ReplyHeader when _replyLength == 0:
                _replyLength = ReplyHeader + 1 + value + PortBytes;
                break;
        }

        if (position + 1 == _replyLength)
        {
            Open();
        }
    }

    private void TakeAddressType(byte type)
    {
        switch (type)
        {
            case V4:
                _replyLength = ReplyHeader + 4 + PortBytes;
                break;
            case V6:
                _replyLength = ReplyHeader + 16 + PortBytes;
                break;
            case not DomainName:
                FailMalformed($"its address has the unknown type {type}");
                break;
        }
    }

    private void CheckVersion(byte version)
    {
        if (version != Version)
        {
            FailMalformed($"its version is {version}; it must be {Version}");
        }
    }

    private void Authenticate(ProxyCredentials shown)
    {
        byte[] userName = Encoding.UTF8.GetBytes(shown.UserName);
        byte[] password = Encoding.UTF8.GetBytes(shown.Password);
        Send([AuthenticationVersion, (byte)userName.Length, .. userName, (byte)password.Length, .. password]);
        Await(Answer.Authentication);
    }

    private void Request()
    {
        byte[] address = Target.Address switch
        {
            null => [DomainName, (byte)Target.Host.Length, .. Encoding.ASCII.GetBytes(Target.Host)],
            { AddressFamily: AddressFamily.InterNetwork } v4 => [V4, .. v4.GetAddressBytes()],
            var v6 => [V6, .. v6.GetAddressBytes()],
        };
        Send([Version, ConnectCommand, Reserved, .. address, (byte)(Target.Port >> 8), (byte)Target.Port]);
        Await(Answer.Reply);
    }

    private void Await(Answer next)
    {
        _awaited = next;
        _position = 0;
    }

    // RFC 1928, section 6, defines these names.
    private static string NameOf(byte code) =>
        code switch
        {
            1 => "general SOCKS server failure",
            2 => "connection not allowed by ruleset",
            3 => "network unreachable",
            4 => "host unreachable",
            5 => "connection refused",
            6 => "TTL expired",
            7 => "command not supported",
            8 => "address type not supported",
            _ => "unassigned",
        };
}
