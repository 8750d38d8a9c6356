using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Reactor.Protocols;

namespace ReactorHost.Mail;

/// <summary>
/// The two fields put before a message when it is finally delivered (RFC 5321, 4.4): <c>Return-Path</c>, then
/// <c>Received</c>. Each is one line: the parts' own limits keep it below the 998 octets a line may have.
/// </summary>
internal static class TraceFields
{
    internal static string Of(SmtpMessage message, string host, DateTimeOffset now)
    {
        // With several recipients the field is left out, so that none learns of the others.
        string recipient = message.Recipients.Count == 1 ? $" for <{message.Recipients[0]}>" : "";
        string date = now.ToString("ddd, d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        string offset = now.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return $"Return-Path: <{message.ReversePath}>\r\n"
            + $"Received: from {Word(message.Helo)} ({Literal(message.RemoteEndPoint)}) by {host}"
            + $" with {message.WithProtocol} id {message.Id}{recipient}; {date} {offset}\r\n";
    }

    // A peer may call itself anything; a field's word is printable and has no spaces.
    private static string Word(string name) =>
        string.Create(
            name.Length,
            name,
            static (word, name) =>
            {
                for (int i = 0; i < word.Length; i++)
                {
                    word[i] = name[i] is > ' ' and <= '~' ? name[i] : '?';
                }
            }
        );

    private static string Literal(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address })
        {
            return "unknown";
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
    }
}
