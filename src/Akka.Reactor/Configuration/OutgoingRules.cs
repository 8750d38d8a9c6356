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
        OptionRules.Check(connect, error);
        OptionRules.Check(reconnect, (key, problem) => error($"reconnect.{key}", problem));
        OptionRules.Check(options, connect, error);
        CheckProtocol(options.Protocol, "protocol", error);
        endPoints ??= [.. options.EndPoints.Select(text => ReactorEndPoint.Parse(text, "connect", error))];
        foreach (ReactorEndPoint endPoint in endPoints)
        {
            CheckTarget(endPoint, connect, "connect", error);
        }

        return new CheckedClientOptions(options, endPoints, connect, reconnect);
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
