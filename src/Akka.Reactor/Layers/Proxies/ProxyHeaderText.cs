using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>Reads the line of a PROXY header of version 1, according to section 2.1 of the specification.</summary>
internal static class ProxyHeaderText
{
    private const string Unknown = "UNKNOWN";

    internal static ReadOnlySpan<byte> Signature => "PROXY "u8;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line behind <see cref="Signature"/>, without CR and LF.</param>
    /// <param name="addresses">The addresses; null for UNKNOWN.</param>
    /// <returns>The problem, or null if the line is valid.</returns>
    internal static string? Read(ReadOnlySpan<byte> line, out ProxyAddresses? addresses)
    {
        addresses = null;
        string[] fields = Encoding.Latin1.GetString(line).Split(' ');
        if (fields[0] == Unknown)
        {
            // The receiver must ignore the rest of the line.
            return null;
        }

        if (fields[0] is not ("TCP4" or "TCP6"))
        {
            return "its protocol is none of TCP4, TCP6 and UNKNOWN";
        }

        if (fields.Length != 5)
        {
            return "its line does not consist of a protocol, two addresses and two ports, with one space between two of them";
        }

        bool v4 = fields[0] == "TCP4";
        if (!TryAddress(fields[1], v4, out IPAddress source) || !TryAddress(fields[2], v4, out IPAddress destination))
        {
            return $"an address is not a valid {(v4 ? "IPv4" : "IPv6")} address";
        }

        if (
            !TryNumber(fields[3], IPEndPoint.MaxPort, out int from)
            || !TryNumber(fields[4], IPEndPoint.MaxPort, out int to)
        )
        {
            return "a port is not a number from 0 to 65535 without leading zeros";
        }

        addresses = new ProxyAddresses(new IPEndPoint(source, from), new IPEndPoint(destination, to));
        return null;
    }

    private static bool TryAddress(string text, bool v4, out IPAddress address)
    {
        address = IPAddress.None;
        return v4 ? TryV4(text, out address) : TryV6(text, out address);
    }

    private static bool TryV4(string text, out IPAddress address)
    {
        address = IPAddress.None;
        string[] parts = text.Split('.');
        Span<byte> bytes = stackalloc byte[4];
        if (parts.Length != bytes.Length)
        {
            return false;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            if (!TryNumber(parts[i], byte.MaxValue, out int part))
            {
                return false;
            }

            bytes[i] = (byte)part;
        }

        address = new IPAddress(bytes);
        return true;
    }

    // .NET also parses zones, brackets and prefixes, which a header must not have. Many senders write the last 32 bits of some
    // addresses as an IPv4 address, as inet_ntop does.
    private static bool TryV6(string text, out IPAddress address)
    {
        address = IPAddress.None;
        int last = text.LastIndexOf(':') + 1;
        if (
            last == 0
            || !text.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '.')
            || (text.Contains('.', StringComparison.Ordinal) && !TryV4(text[last..], out _))
            || !IPAddress.TryParse(text, out IPAddress? parsed)
            || parsed.AddressFamily != AddressFamily.InterNetworkV6
        )
        {
            return false;
        }

        // As for an accepted connection: a client of IPv4 is a client of IPv4.
        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return true;
    }

    // A leading zero could mean an octal number.
    private static bool TryNumber(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number <= most
        && (text.Length == 1 || text[0] != '0');
}
