using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>akka.reactor.layers</c>, and finds the layers that listeners and clients name.</summary>
internal sealed class LayerCatalog
{
    private const string TlsLayer = "tls";

    // Only clients can name these layers, because the side that connects sends the header of the PROXY protocol.
    private static readonly Layer[] s_ofClients =
    [
        ProxyProtocol.SenderLayer(new ProxyProtocolOptions(ProxyProtocolVersion.V1)),
        ProxyProtocol.SenderLayer(new ProxyProtocolOptions(ProxyProtocolVersion.V2)),
    ];

    private readonly Dictionary<string, Layer> _known = new(StringComparer.Ordinal);

    private LayerCatalog() { }

    internal static LayerCatalog Read(SettingsReader reader, ActorSystem system)
    {
        LayerCatalog layers = new();
        foreach (string name in reader.Keys)
        {
            if (IsTls(name) || s_ofClients.Any(layer => IsNamed(layer, name)))
            {
                throw reader.Error(name, "is built in; a layer of your own must have another name");
            }

            layers._known[name] = ConfiguredTypes.Layer(reader, name, system);
        }

        return layers;
    }

    /// <summary>Returns the layers that a listener names.</summary>
    /// <param name="reader">The listener's block.</param>
    /// <param name="secure">The end point that already puts TLS on top, or null.</param>
    /// <param name="tls">Returns the layer named <c>tls</c>; throws if there can be none.</param>
    internal IReadOnlyList<Layer> OfListener(SettingsReader reader, ReactorEndPoint? secure, Func<Layer> tls) =>
        Named(reader, secure, tls, []);

    /// <summary>Returns the layers that a client names.</summary>
    /// <param name="reader">The client's block.</param>
    /// <param name="secure">The end point that already puts TLS on top, or null.</param>
    internal IReadOnlyList<Layer> OfClient(SettingsReader reader, ReactorEndPoint? secure) =>
        Named(reader, secure, Tls.ClientLayer, s_ofClients);

    private List<Layer> Named(SettingsReader reader, ReactorEndPoint? secure, Func<Layer> tls, Layer[] builtIn)
    {
        List<Layer> layers = [];
        foreach (string name in reader.Texts("layers", []))
        {
            if (!IsTls(name))
            {
                layers.Add(
                    Array.Find(builtIn, layer => IsNamed(layer, name))
                        ?? _known.GetValueOrDefault(name)
                        ?? throw Unknown(reader, name, builtIn)
                );
            }
            else if (secure is null)
            {
                layers.Add(tls());
            }
            else
            {
                throw reader.Error(
                    "layers",
                    $"names tls, which {secure} already puts on top; layers must not name tls again"
                );
            }
        }

        return layers;
    }

    private ReactorConfigurationException Unknown(SettingsReader reader, string name, Layer[] builtIn) =>
        reader.Error(
            "layers",
            $"names {name}; it must name {string.Join(", ", [TlsLayer, .. builtIn.Select(layer => layer.Name)])}, which "
                + $"{(builtIn.Length == 0 ? "is" : "are")} built in, or a layer defined under {ReactorOptions.Path}.layers"
                + (_known.Count == 0 ? ", where none is defined" : $": {string.Join(", ", _known.Keys)}")
        );

    private static bool IsTls(string name) => string.Equals(name, TlsLayer, StringComparison.Ordinal);

    private static bool IsNamed(Layer layer, string name) => string.Equals(layer.Name, name, StringComparison.Ordinal);
}
