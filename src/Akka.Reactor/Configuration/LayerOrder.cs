using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Configuration;

/// <summary>The order in which the layers of a listener must stand, in C# as in the configuration.</summary>
internal static class LayerOrder
{
    /// <summary>Throws if no peer could speak through the layers.</summary>
    /// <param name="layers">The layers, the lowest first.</param>
    /// <param name="error">Creates the exception that is thrown, from a key and the problem with its value.</param>
    internal static void Check(IReadOnlyList<Layer> layers, Func<string, string, Exception> error)
    {
        const string header = ProxyProtocol.ReceiverName;
        List<string> names = [.. layers.Select(layer => layer.Name)];
        int receiver = names.IndexOf(header);
        if (receiver != names.LastIndexOf(header))
        {
            throw error(
                "layers",
                $"is {Show(names)}; a connection has one PROXY header, so {header} must stand there once"
            );
        }

        int tls = names.IndexOf(Tls.LayerName);
        if (tls < 0 || receiver < tls)
        {
            return;
        }

        string wrong = Show(names);
        names.RemoveAt(receiver);
        names.Insert(tls, header);
        throw error(
            "layers",
            $"is {wrong}, the lowest first; the PROXY header comes before the ClientHello, so the order must be {Show(names)}"
        );
    }

    private static string Show(List<string> names) => $"[{string.Join(", ", names)}]";
}
