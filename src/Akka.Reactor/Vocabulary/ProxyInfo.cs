using System;
using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor;

/// <summary>
/// The PROXY header that a connection of a listener began with (<see cref="Connected.Proxied"/>), and the real ends of this
/// connection, which the header replaces in <see cref="Connected.Remote"/> and <see cref="Connected.Local"/>. Immutable and safe on
/// every thread.
/// </summary>
public sealed record ProxyInfo
{
    private const byte AlpnType = 0x01;
    private const byte AuthorityType = 0x02;
    private const byte UniqueIdType = 0x05;
    private const byte SslType = 0x20;

    /// <summary>Creates the value. It is public for tests of a protocol.</summary>
    /// <param name="version">The version of the header.</param>
    /// <param name="realRemote">The address of the proxy.</param>
    /// <param name="realLocal">The address of this machine to which the proxy has connected.</param>
    public ProxyInfo(ProxyProtocolVersion version, EndPoint realRemote, EndPoint realLocal)
    {
        ArgumentNullException.ThrowIfNull(realRemote);
        ArgumentNullException.ThrowIfNull(realLocal);
        Version = version;
        RealRemote = realRemote;
        RealLocal = realLocal;
    }

    /// <summary>The version of the header.</summary>
    public ProxyProtocolVersion Version { get; }

    /// <summary>The address of the peer that has connected: the proxy.</summary>
    public EndPoint RealRemote { get; }

    /// <summary>The address of this machine to which the proxy has connected.</summary>
    public EndPoint RealLocal { get; }

    /// <summary>
    /// The addresses that the header reports: the client, and the address to which the client has connected. Null if the header
    /// reports none (UNKNOWN of version 1, LOCAL of version 2, such as for a health check of the proxy itself); then
    /// <see cref="Connected.Remote"/> and <see cref="Connected.Local"/> are the real ends. A unix socket whose path is not printable
    /// text has no name.
    /// </summary>
    public ProxyAddresses? Addresses { get; init; }

    /// <summary>
    /// The values that a header of version 2 carries in addition to the addresses, in their order, as the proxy has sent them. A
    /// CRC32c among them was right.
    /// </summary>
    public IReadOnlyList<ProxyTlv> Tlvs { get; init; } = [];

    /// <summary>
    /// The protocol on top of the client's connection, as ALPN names it (PP2_TYPE_ALPN), in bytes; null if the header does not have it.
    /// </summary>
    public ReadOnlyMemory<byte>? Alpn => Find(AlpnType);

    /// <summary>
    /// The host name that the client asked for, such as with SNI (PP2_TYPE_AUTHORITY), in bytes, which should be UTF-8; null if the
    /// header does not have it. The client has chosen it.
    /// </summary>
    public ReadOnlyMemory<byte>? Authority => Find(AuthorityType);

    /// <summary>
    /// The id that the proxy has given the connection (PP2_TYPE_UNIQUE_ID), in bytes; null if the header does not have it.
    /// </summary>
    public ReadOnlyMemory<byte>? UniqueId => Find(UniqueIdType);

    /// <summary>
    /// What the proxy says of the client's TLS (PP2_TYPE_SSL): the bytes of section 2.2.6 of the specification, with their own TLVs;
    /// null if the header does not have it.
    /// </summary>
    public ReadOnlyMemory<byte>? Ssl => Find(SslType);

    /// <summary>Returns the first value of a type; null if the header does not have it.</summary>
    /// <param name="type">The type, as registered in section 2.2 of the specification.</param>
    public ReadOnlyMemory<byte>? Find(byte type)
    {
        foreach (ProxyTlv tlv in Tlvs)
        {
            if (tlv.Type == type)
            {
                return tlv.Value;
            }
        }

        return null;
    }
}
