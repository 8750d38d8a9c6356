using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>The order in which a client connects to its end points, if it has several.</summary>
public enum EndPointOrder
{
    /// <summary>
    /// The client begins with the first end point. It takes the next one after a failure to connect, and the first one again after
    /// every loss of a connection.
    /// </summary>
    Failover,

    /// <summary>The client takes the next end point at every attempt.</summary>
    RoundRobin,
}

/// <summary>The reaction of a client to a failure of its protocol. The connection is aborted in both cases.</summary>
public enum ProtocolCrash
{
    /// <summary>The protocol is restarted, and the client connects again.</summary>
    Restart,

    /// <summary>The client gives up.</summary>
    Stop,
}

/// <summary>
/// The options of a client. A client makes its connection again whenever it is lost; its protocol exists before the first
/// connection and survives the loss of each. The options are the keys of <c>clients.NAME</c>, with the same names.
/// </summary>
/// <param name="EndPoints">
/// The end points to connect to, at least one. Each is <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>.
/// </param>
/// <param name="Protocol">The Props of a <see cref="ProtocolActor"/>.</param>
public sealed record ClientOptions(IReadOnlyList<string> EndPoints, Props Protocol)
{
    /// <summary>The name of the client and of its actor. Null: a name is generated.</summary>
    public string? Name { get; init; }

    /// <summary>The order in which the end points are tried. Default: failover.</summary>
    public EndPointOrder EndPointOrder { get; init; }

    /// <summary>The options of each connection. Null: the configuration's defaults.</summary>
    public ConnectOptions? Connect { get; init; }

    /// <summary>The rules by which the client connects again. Null: the configuration's defaults.</summary>
    public ReconnectOptions? Reconnect { get; init; }

    /// <summary>The reaction to a failure of the protocol. Default: the protocol is restarted.</summary>
    public ProtocolCrash ProtocolCrash { get; init; }

    /// <summary>
    /// The number of bytes of writes that are kept for the next connection while there is no connection; every write counts as 128
    /// bytes more than its size. Above that number the writes are refused immediately with <see cref="NotConnectedException"/>.
    /// With 0, the default, all of them are refused. At most <see cref="ConnectionOptions.WriteQueueLimit"/>.
    /// </summary>
    public int OfflineQueue { get; init; }
}
