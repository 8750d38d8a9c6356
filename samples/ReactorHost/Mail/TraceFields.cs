using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Reactor.Protocols;

namespace ReactorHost.Mail;

/// <summary>
/// Makes the two fields that are put before a message at final delivery (RFC 5321, 4.4): <c>Return-Path</c>, then
/// <c>Received</c>. Each field is one line. The limits of its parts keep it below the 998 octets that a line may have.
/// </summary>
internal static class TraceFields
{
    internal static string Of(SmtpMessage message, string host, DateTimeOffset now)
    {
        // With several recipients the "for" part is left out, so that no recipient learns of the others.
        string recipient = message.Recipients.Count == 1 ? $" for <{message.Recipients[0]}>" : "";
        string date = now.ToString("ddd, d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        string offset = now.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return $"Return-Path: <{message.ReversePath}>\r\n"
            + $"Received: from {Word(message.Helo)} ({Literal(message.RemoteEndPoint)}) by {host}"
            + $" with {message.WithProtocol} id {message.Id}{recipient}; {date} {offset}\r\n";
    }

    // A peer may call itself anything. A word in a field must be printable and must not contain spaces.
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
