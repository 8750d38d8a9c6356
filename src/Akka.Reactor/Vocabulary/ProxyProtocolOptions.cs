using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor;

/// <summary>The two forms of a PROXY header.</summary>
public enum ProxyProtocolVersion
{
    /// <summary>A header of one line of text, for IP addresses only.</summary>
    V1 = 1,

    /// <summary>A binary header; it can also carry unix sockets, and values of any type.</summary>
    V2 = 2,
}

/// <summary>A value that a PROXY header of version 2 carries in addition to the addresses.</summary>
/// <param name="Type">The type, as registered in section 2.2 of the specification; 0xE0 to 0xEF are free for applications.</param>
/// <param name="Value">
/// At most 65,319 bytes, and less if the header has several values. The memory must not change while it is in use.
/// </param>
public readonly record struct ProxyTlv(byte Type, ReadOnlyMemory<byte> Value);

/// <summary>
/// The content of the header of the PROXY protocol (haproxy's proxy-protocol.txt, versions 1 and 2). Immutable and safe on every
/// thread. A property that is set to a value out of range throws an <see cref="ArgumentException"/>.
/// </summary>
public sealed record ProxyProtocolOptions
{
    /// <summary>The number of bytes of a TLV's type and length.</summary>
    internal const int TlvHeaderBytes = 3;

    /// <summary>The number of bytes of a unix socket's path in a header. No address is longer.</summary>
    internal const int UnixPathBytes = 108;

    /// <summary>The largest number of bytes for TLVs: the largest length of a header, minus the longest addresses.</summary>
    internal const int MostTlvBytes = ushort.MaxValue - (2 * UnixPathBytes);

    /// <summary>Creates options with the defaults.</summary>
    /// <param name="version">The form that the receiver expects. Most receivers know both.</param>
    public ProxyProtocolOptions(ProxyProtocolVersion version = ProxyProtocolVersion.V2)
    {
        Version = Enum.IsDefined(version)
            ? version
            : throw new ArgumentOutOfRangeException(nameof(version), version, "The version must be V1 or V2.");
    }

    /// <summary>The form that is sent.</summary>
    public ProxyProtocolVersion Version { get; }

    /// <summary>
    /// The function that returns the addresses that the header reports, for the connection on which the header is sent. It is
    /// called once for each connection, on the connection's loop. Null means that there are no addresses to report: version 1 then
    /// sends UNKNOWN, as it also does for unix sockets, and version 2 sends LOCAL, which means that the connection is the sender's
    /// own. An exception of the function ends the connection. Default: the two ends of the connection itself, with the local end as
    /// the source.
    /// </summary>
    public Func<Connected, ProxyAddresses?> Addresses
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = connected => new ProxyAddresses(connected.Local, connected.Remote);

    /// <summary>
    /// The values that version 2 carries in addition to the addresses, in this order. A header with LOCAL carries none. Default:
    /// none.
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
                throw new ArgumentException("Version 1 cannot carry TLVs; TLVs need version 2.", nameof(value));
            }

            if (bytes > MostTlvBytes)
            {
                throw new ArgumentException(
                    $"The TLVs have {bytes} bytes, including 3 header bytes for each; at most {MostTlvBytes} bytes are allowed.",
                    nameof(value)
                );
            }

            field = [.. value];
        }
    } = [];
}
