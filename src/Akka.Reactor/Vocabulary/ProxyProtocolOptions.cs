using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor;

/// <summary>The two forms of a PROXY header.</summary>
public enum ProxyProtocolVersion
{
    /// <summary>One line of text; IP addresses only.</summary>
    V1 = 1,

    /// <summary>Binary; also unix sockets, and values of any type.</summary>
    V2 = 2,
}

/// <summary>A value that a PROXY header of version 2 carries beside the addresses.</summary>
/// <param name="Type">As registered in section 2.2 of the specification; 0xE0 to 0xEF are free for applications.</param>
/// <param name="Value">At most 65,319 bytes, for all values of a header together less. Must not change while it is in use.</param>
public readonly record struct ProxyTlv(byte Type, ReadOnlyMemory<byte> Value);

/// <summary>
/// What the header of the PROXY protocol (haproxy's proxy-protocol.txt, versions 1 and 2) says. Immutable and safe on every
/// thread. A value out of range is refused where it is set, with <see cref="ArgumentException"/>.
/// </summary>
public sealed record ProxyProtocolOptions
{
    /// <summary>A TLV's type and length.</summary>
    internal const int TlvHeaderBytes = 3;

    /// <summary>The path of a unix socket in a header, its longest address.</summary>
    internal const int UnixPathBytes = 108;

    /// <summary>What the length of a header can count, less the longest addresses.</summary>
    internal const int MostTlvBytes = ushort.MaxValue - (2 * UnixPathBytes);

    /// <summary>Creates options with the defaults.</summary>
    /// <param name="version">Which form the receiver expects; most know both.</param>
    public ProxyProtocolOptions(ProxyProtocolVersion version = ProxyProtocolVersion.V2)
    {
        Version = Enum.IsDefined(version)
            ? version
            : throw new ArgumentOutOfRangeException(nameof(version), version, "It must be V1 or V2.");
    }

    /// <summary>Which form is sent.</summary>
    public ProxyProtocolVersion Version { get; }

    /// <summary>
    /// The addresses to tell, of the connection that the header is sent on; called once for each, on its loop. Null says that
    /// there are none to tell: then version 1 sends UNKNOWN, as it does for unix sockets, and version 2 LOCAL, which means that
    /// the connection is the sender's own. What it throws ends the connection. Default: the connection's own two ends, ours as
    /// the source.
    /// </summary>
    public Func<Connected, ProxyAddresses?> Addresses
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = connected => new ProxyAddresses(connected.Local, connected.Remote);

    /// <summary>
    /// What version 2 carries beside the addresses, in this order; with LOCAL nothing is carried. Default: nothing.
    /// </summary>
    public IReadOnlyList<ProxyTlv> Tlvs
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            long bytes = value.Sum(tlv => TlvHeaderBytes + (long)tlv.Value.Length);
            if (value.Count > 0 && Version == ProxyProtocolVersion.V1)
            {
                throw new ArgumentException("Version 1 carries no TLVs; they need version 2.", nameof(value));
            }

            if (bytes > MostTlvBytes)
            {
                throw new ArgumentException(
                    $"The TLVs have {bytes} bytes, 3 for each beside its value; at most {MostTlvBytes} fit.",
                    nameof(value)
                );
            }

            field = [.. value];
        }
    } = [];
}
