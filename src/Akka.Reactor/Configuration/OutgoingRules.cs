using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Clients;
using Akka.Reactor.Layers.Proxies;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Configuration;

/// <summary>The rules for outgoing connections, in C# as in the configuration. Keys are those of the configuration.</summary>
internal static class OutgoingRules
{
    /// <summary>
    /// Checks the options of a client, and returns them with the given defaults for the values that they leave out.
    /// </summary>
    /// <param name="options">The options as given.</param>
    /// <param name="endPoints">The end points, if they are parsed already.</param>
    /// <param name="connect">Used if the options have no connect options.</param>
    /// <param name="reconnect">Used if the options have no reconnect options.</param>
    /// <param name="error">Creates the exception that is thrown, from a key and the problem with its value.</param>
    internal static CheckedClientOptions Settle(
        ClientOptions options,
        IReadOnlyList<ReactorEndPoint>? endPoints,
        ConnectOptions connect,
        ReconnectOptions reconnect,
        Func<string, string, Exception> error
    )
    {
        connect = options.Connect ?? connect;
        reconnect = options.Reconnect ?? reconnect;
        Check(connect, error);
        Check(reconnect, (key, problem) => error($"reconnect.{key}", problem));
        GivenOptions given = new(error);
        given.RequireValue("connect", options.EndPoints);
        if (options.EndPoints.Count == 0)
        {
            throw error("connect", "is empty; it must contain at least one end point");
        }

        ClientReader.Read(given, options);
        if (options.OfflineQueue > connect.Connection.WriteQueueLimit)
        {
            throw error(
                "offline-queue",
                $"is {options.OfflineQueue} bytes; it must be at least 0 and at most connection.write-queue-limit ({connect.Connection.WriteQueueLimit})"
            );
        }

        CheckProtocol(options.Protocol, "protocol", error);
        endPoints ??= [.. options.EndPoints.Select(text => ReactorEndPoint.Parse(text, "connect", error))];
        foreach (ReactorEndPoint endPoint in endPoints)
        {
            CheckTarget(endPoint, connect, "connect", error);
        }

        return new CheckedClientOptions(options, endPoints, connect, reconnect);
    }

    /// <summary>Throws if the options of an outgoing connection are not allowed.</summary>
    internal static void Check(ConnectOptions options, Func<string, string, Exception> error)
    {
        GivenOptions given = new(error);
        ClientReader.Read(given, options);
        given.Duration("handshake-timeout", options.HandshakeTimeout, TimeRange.OrInfinite);
        given.RequireValues("proxies", options.Proxies);
        given.RequireValues("layers", options.Layers);
        given.Block("connection", options.Connection, ConnectionReader.Read);
    }

    private static void Check(ReconnectOptions options, Func<string, string, Exception> error)
    {
        GivenOptions given = new(error);
        given.RequireValue("policy", options.Policy);
        ReconnectReader.ReadGeneral(given, options);
        given.RequireValue("on", options.On);
        foreach ((FailureClass failure, RetryPolicy policy) in options.On)
        {
            given.Block($"on.{failure.Name}", policy, ReconnectReader.ReadPolicy);
        }
    }

    /// <summary>Throws if the end point cannot be connected to.</summary>
    internal static void CheckTarget(
        ReactorEndPoint endPoint,
        ConnectOptions options,
        string key,
        Func<string, string, Exception> error
    )
    {
        if (endPoint.Port == 0 && endPoint.UnixPath is null)
        {
            throw error(
                key,
                $"is {endPoint}; an end point to connect to must be {ReactorEndPoint.Allowed}, with a port above 0"
            );
        }

        if (endPoint.UnixPath is not null && endPoint.UnixAddress(out string problem) is null)
        {
            throw error(key, $"is {endPoint}; {problem}");
        }

        if (
            endPoint.UnixPath is not null
            && options.Tls?.HostName is null
            && options.Layers.Contains(Tls.ClientLayer())
        )
        {
            throw error(
                key,
                $"is {endPoint}, which has no host name to verify a certificate against; with tls among the layers, tls.host-name is required"
            );
        }

        if (options.Proxies.Count > 0 && (endPoint.UnixPath is not null || !ProxyTarget.CanBe(endPoint.Host)))
        {
            throw error(
                key,
                $"is {endPoint}, which a proxy cannot connect to; it is allowed without proxies; with proxies, the host must be a name or an address without a scope"
            );
        }
    }

    /// <summary>Throws if the protocol cannot own an outgoing connection.</summary>
    internal static void CheckProtocol(Props? protocol, string key, Func<string, string, Exception> error)
    {
        if (protocol is null)
        {
            throw error(key, "is null; it must be the Props of a ProtocolActor");
        }

        if (!typeof(ProtocolActor).IsAssignableFrom(protocol.Type))
        {
            throw error(
                key,
                $"is {protocol.Type}, which cannot own an outgoing connection; it must be a ProtocolActor"
            );
        }
    }
}
