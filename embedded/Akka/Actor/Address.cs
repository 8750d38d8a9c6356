using System;

namespace Akka.Actor;

/// <summary>Names an actor system: protocol, system name and, for a remote one, host and port.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>
{
    public static readonly Address AllSystems = new("akka", "all-systems");

    private string _text;

    public Address(string protocol, string system, string host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant();
        Port = port;
    }

    public string Host { get; }

    public int? Port { get; }

    public string System { get; }

    public string Protocol { get; }

    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public bool HasGlobalScope => !string.IsNullOrEmpty(Host);

    public int CompareTo(Address other)
    {
        ArgumentNullException.ThrowIfNull(other);
        int order = string.CompareOrdinal(Protocol, other.Protocol);
        if (order == 0)
            order = string.CompareOrdinal(System, other.System);
        if (order == 0)
            order = string.CompareOrdinal(Host ?? "", other.Host ?? "");
        return order != 0 ? order : (Port ?? 0).CompareTo(other.Port ?? 0);
    }

    public override string ToString() => _text ??= Render();

    private string Render()
    {
        if (string.IsNullOrWhiteSpace(Host))
            return $"{Protocol}://{System}";
        return Port is { } port ? $"{Protocol}://{System}@{Host}:{port}" : $"{Protocol}://{System}@{Host}";
    }

    public bool Equals(Address other) =>
        ReferenceEquals(this, other)
        || (
            other is not null
            && Port == other.Port
            && string.Equals(Host, other.Host, StringComparison.Ordinal)
            && string.Equals(System, other.System, StringComparison.Ordinal)
            && string.Equals(Protocol, other.Protocol, StringComparison.Ordinal)
        );

    public override bool Equals(object obj) => Equals(obj as Address);

    public override int GetHashCode() => HashCode.Combine(Protocol, System, Host, Port);

    public static bool operator ==(Address left, Address right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(Address left, Address right) => !(left == right);

    public string HostPort() => ToString()[(Protocol.Length + 3)..];

    public static Address Parse(string address)
    {
        if (TryParse(address, out Address parsed))
            return parsed;
        throw new UriFormatException($"Can not parse an Address: {address}");
    }

    public static bool TryParse(string path, out Address address) => TryParse(path.AsSpan(), out address, out _);

    public static bool TryParse(ReadOnlySpan<char> span, out Address address) => TryParse(span, out address, out _);

    /// <summary><c>akka://system</c> or <c>akka.tcp://system@host:port</c>; the rest from the first slash on is handed back.</summary>
    public static bool TryParse(ReadOnlySpan<char> span, out Address address, out ReadOnlySpan<char> absolutUri)
    {
        address = null;
        absolutUri = default;
        int colon = span.IndexOf(':');
        if (colon is < 4 or > 255 || !span[..colon].StartsWith("akka", StringComparison.OrdinalIgnoreCase))
            return false;
        string protocol = span[..colon].ToString().ToLowerInvariant();
        ReadOnlySpan<char> rest = span[(colon + 1)..];
        if (!rest.StartsWith("//"))
            return false;
        rest = rest[2..];

        int slash = rest.IndexOf('/');
        absolutUri = slash < 0 ? "/" : rest[slash..];
        if (slash >= 0)
            rest = rest[..slash];

        int at = rest.IndexOf('@');
        if (at < 0)
        {
            address = new Address(protocol, rest.ToString());
            return true;
        }

        string system = rest[..at].ToString();
        rest = rest[(at + 1)..];
        // An IPv6 host stands in brackets and is full of colons: only one behind the bracket separates the port.
        int bracket = rest.IndexOf(']');
        int portColon = rest[(bracket + 1)..].IndexOf(':');
        if (portColon < 0)
            return false;
        portColon += bracket + 1;
        if (!int.TryParse(rest[(portColon + 1)..], out int port) || port < 0)
            return false;
        address = new Address(protocol, system, rest[..portColon].ToString(), port);
        return true;
    }
}
