using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>Which end point a client connects to when it has several.</summary>
public enum EndPointOrder
{
    /// <summary>The first one; the next after a failure to connect, and the first again after every loss.</summary>
    Failover,

    /// <summary>Another one at every attempt.</summary>
    RoundRobin,
}

/// <summary>What a client does when its protocol fails; its connection is aborted in any case.</summary>
public enum ProtocolCrash
{
    /// <summary>The protocol is restarted and connected again.</summary>
    Restart,

    /// <summary>The client gives up.</summary>
    Stop,
}

/// <summary>
/// A client: a connection that is made again whenever it is lost, and a protocol that exists before the first connection and
/// survives the loss of each. The keys of <c>clients.NAME</c>, with the same names.
/// </summary>
/// <param name="EndPoints">Each <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>; at least one.</param>
/// <param name="Protocol">Must make a <see cref="ProtocolActor"/>.</param>
public sealed record ClientOptions(IReadOnlyList<string> EndPoints, Props Protocol)
{
    /// <summary>The client's name, and its actor's; null: one is made up.</summary>
    public string? Name { get; init; }

    /// <summary>Which of several end points. Default: failover.</summary>
    public EndPointOrder EndPointOrder { get; init; }

    /// <summary>How a connection is made; null: the configuration's defaults.</summary>
    public ConnectOptions? Connect { get; init; }

    /// <summary>When it is made again; null: the configuration's defaults.</summary>
    public ReconnectOptions? Reconnect { get; init; }

    /// <summary>What becomes of a client whose protocol fails. Default: the protocol is restarted.</summary>
    public ProtocolCrash ProtocolCrash { get; init; }

    /// <summary>
    /// Bytes of writes kept while there is no connection, for the next one; above that, and with 0, the default, they are
    /// refused at once with <see cref="NotConnectedException"/>. At most <see cref="ConnectionOptions.WriteQueueLimit"/>.
    /// </summary>
    public int OfflineQueue { get; init; }
}
