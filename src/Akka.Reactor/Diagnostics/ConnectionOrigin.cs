using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor.Diagnostics;

/// <summary>Where connections come from: a listener, a client, or single connects. The attributes of their metrics follow from it.</summary>
/// <param name="Kind">The attribute that has the name: <see cref="ListenerTag"/> or <see cref="ClientTag"/>; null for single connects.</param>
/// <param name="Name">The name of the listener or the client.</param>
/// <param name="Address">
/// The address, host or path at which the server listens. Null for single connects: an application may connect to any number of servers.
/// </param>
/// <param name="Port">The port at which the server listens; null if there is none.</param>
/// <param name="IsUnix">True for unix sockets.</param>
internal sealed record ConnectionOrigin(string? Kind, string? Name, string? Address, int? Port, bool IsUnix)
{
    /// <summary>The attribute with the name of a listener.</summary>
    internal const string ListenerTag = "akka.reactor.listener";

    /// <summary>The attribute with the name of a client.</summary>
    internal const string ClientTag = "akka.reactor.client";

    /// <summary>The attributes.</summary>
    internal IEnumerable<KeyValuePair<string, object?>> Tags
    {
        get
        {
            if (Kind is not null)
            {
                yield return new KeyValuePair<string, object?>(Kind, Name);
            }

            if (Address is not null)
            {
                yield return new KeyValuePair<string, object?>("server.address", Address);
            }

            if (Port is not null)
            {
                yield return new KeyValuePair<string, object?>("server.port", Port);
            }

            yield return new KeyValuePair<string, object?>("network.transport", IsUnix ? "unix" : "tcp");
        }
    }

    /// <summary>Returns the origin of the connections of a listener.</summary>
    internal static ConnectionOrigin OfListener(string name, EndPoint bound) =>
        bound is IPEndPoint ip
            ? new ConnectionOrigin(ListenerTag, name, ip.Address.ToString(), ip.Port, IsUnix: false)
            : new ConnectionOrigin(ListenerTag, name, bound.ToString(), Port: null, IsUnix: true);

    /// <summary>Returns the origin of the connections of a client.</summary>
    /// <param name="name">The name of the client.</param>
    /// <param name="host">The host of the end point, or its path.</param>
    /// <param name="port">The port of the end point; null for a unix socket.</param>
    internal static ConnectionOrigin OfClient(string name, string host, int? port) =>
        new(ClientTag, name, host, port, IsUnix: port is null);

    /// <summary>Returns the origin of connections that are made one by one.</summary>
    internal static ConnectionOrigin OfConnects(bool isUnix) =>
        new(Kind: null, Name: null, Address: null, Port: null, isUnix);
}
