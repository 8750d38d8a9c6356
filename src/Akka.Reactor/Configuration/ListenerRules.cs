using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Reactor.Listeners;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Configuration;

/// <summary>The rules for listeners, in C# as in the configuration. Keys are those of the configuration.</summary>
internal static class ListenerRules
{
    /// <summary>Checks a listener, and returns it with the given default options if it has none.</summary>
    /// <param name="bind">The listener as given.</param>
    /// <param name="endPoint">The end point, if it is parsed already.</param>
    /// <param name="defaults">Used if the listener has no options.</param>
    /// <param name="error">Creates the exception that is thrown, from a key and the problem with its value.</param>
    internal static CheckedListener Settle(
        Bind bind,
        ReactorEndPoint? endPoint,
        ListenerOptions defaults,
        Func<string, string, Exception> error
    )
    {
        ListenerOptions options = bind.Options ?? defaults;
        GivenOptions given = new(error);
        ListenerReader.Read(given, options);
        given.RequireValues("layers", options.Layers);
        LayerOrder.Check(options.Layers, error);
        given.Block("connection", options.Connection, ConnectionReader.Read);
        endPoint ??= ReactorEndPoint.Parse(bind.EndPoint, "bind", error);
        if (endPoint.Secure && options.Tls is null)
        {
            throw error("bind", $"is {endPoint}; tls:// needs tls.certificate (in C#, ListenerOptions.Tls)");
        }

        if (bind.Protocol is null)
        {
            throw error("protocol", "is null; it must be the Props of an actor");
        }

        return new CheckedListener(bind, endPoint, AddressesOf(endPoint, error), options);
    }

    // A listener resolves no names.
    private static IReadOnlyList<EndPoint> AddressesOf(ReactorEndPoint endPoint, Func<string, string, Exception> error)
    {
        if (endPoint.UnixPath is not null)
        {
            return [endPoint.UnixAddress(out string problem) ?? throw error("bind", $"is {endPoint}; {problem}")];
        }

        IPAddress[] addresses =
            string.Equals(endPoint.Host, "localhost", StringComparison.OrdinalIgnoreCase)
                ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
            : endPoint.Address is { } address ? [address]
            : throw error("bind", $"is {endPoint}; the host must be an address or localhost");
        return [.. addresses.Select(address => new IPEndPoint(address, endPoint.Port))];
    }
}
