using System;
using System.Buffers;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>
/// The target that a proxy connects to: an address, or a name that only the proxy resolves. A text that is neither is refused
/// here, so that nothing in it can become a part of the dialogue with the proxy.
/// </summary>
internal sealed record ProxyTarget
{
    /// <summary>The longest name that fits the length byte of a SOCKS5 request (RFC 1928, section 5).</summary>
    internal const int LongestName = 255;

    private const string Allowed =
        "an IPv4 address, an IPv6 address without brackets and scope, or a name of at most 255 of the characters A-Z, a-z, "
        + "0-9, '-', '_' and '.' (an international one as xn--...) whose last label is not a number";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    );

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <exception cref="ArgumentException">The host or the port is not valid.</exception>
    internal ProxyTarget(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new ArgumentOutOfRangeException(nameof(port), port, "The port must be from 1 to 65535.");
        }

        Host = host;
        Port = port;
        Address = AddressOf(host);
        if (Address is null && !IsName(host))
        {
            string shown = string.Concat(host.Select(character => char.IsControl(character) ? '?' : character));
            throw new ArgumentException($"'{shown}' is not a host; it must be {Allowed}.", nameof(host));
        }
    }

    /// <summary>Returns whether a proxy can be given this host.</summary>
    internal static bool CanBe(string host) => AddressOf(host) is not null || IsName(host);

    internal string Host { get; }

    internal int Port { get; }

    /// <summary>The address, if <see cref="Host"/> is an address; null if it is a name, which is in ASCII.</summary>
    internal IPAddress? Address { get; }

    /// <summary>Returns the target as an authority of RFC 3986 with its port: an IPv6 address is in brackets.</summary>
    public override string ToString() =>
        Address?.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    // .NET accepts many other forms of an address: 127.1, 0x7f000001, brackets, even a port behind the brackets.
    private static IPAddress? AddressOf(string host)
    {
        if (host.AsSpan().ContainsAnyExcept(AddressCharacters) || !IPAddress.TryParse(host, out IPAddress? address))
        {
            return null;
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == host ? address : null;
    }

    // A name whose last label is a number is a wrongly written address, and resolvers disagree about which address it means.
    private static bool IsName(string host)
    {
        string last = host.TrimEnd('.').Split('.')[^1];
        return last.Length > 0
            && host.Length <= LongestName
            && !host.AsSpan().ContainsAnyExcept(NameCharacters)
            && !last.All(char.IsAsciiDigit);
    }
}
