using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>akka.reactor.layers</c>, and finds the layers that listeners and clients name.</summary>
internal sealed class LayerCatalog
{
    // Only clients can name these layers, because the side that connects sends the header of the PROXY protocol.
    private static readonly BuiltIn[] s_ofClients = [Sender(ProxyProtocolVersion.V1), Sender(ProxyProtocolVersion.V2)];

    private readonly Dictionary<string, Layer> _known = new(StringComparer.Ordinal);

    private LayerCatalog() { }

    internal static LayerCatalog Read(SettingsReader reader, ActorSystem system)
    {
        LayerCatalog layers = new();
        foreach (string name in reader.Keys)
        {
            if (name is Tls.LayerName or ProxyProtocol.ReceiverName || s_ofClients.Any(layer => layer.Name == name))
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
    internal IReadOnlyList<Layer> OfListener(SettingsReader reader, ReactorEndPoint? secure, Func<Layer> tls)
    {
        const string receiver = ProxyProtocol.ReceiverName;
        SettingsReader block = reader.Section(receiver);
        List<Layer> layers = Named(
            reader,
            secure,
            tls,
            [new BuiltIn(receiver, () => ProxyProtocol.ReceiverLayer(ProxyReceiverReader.Read(block)))]
        );
        return !reader.Has(receiver) || layers.Exists(layer => layer.Name == receiver)
            ? layers
            : throw reader.Error(
                receiver,
                $"is a block, but layers does not name {receiver}; the block has an effect only with this layer"
            );
    }

    /// <summary>Returns the layers that a client names.</summary>
    /// <param name="reader">The client's block.</param>
    /// <param name="secure">The end point that already puts TLS on top, or null.</param>
    internal IReadOnlyList<Layer> OfClient(SettingsReader reader, ReactorEndPoint? secure) =>
        Named(reader, secure, Tls.ClientLayer, s_ofClients);

    private List<Layer> Named(SettingsReader reader, ReactorEndPoint? secure, Func<Layer> tls, BuiltIn[] builtIn)
    {
        List<Layer> layers = [];
        foreach (string name in reader.Texts("layers", []))
        {
            if (name is not Tls.LayerName)
            {
                layers.Add(
                    Array.Find(builtIn, layer => layer.Name == name)?.Create()
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

    private ReactorConfigurationException Unknown(SettingsReader reader, string name, BuiltIn[] builtIn) =>
        reader.Error(
            "layers",
            $"names {name}; it must name {string.Join(", ", [Tls.LayerName, .. builtIn.Select(layer => layer.Name)])}, which "
                + $"{(builtIn.Length == 0 ? "is" : "are")} built in, or a layer defined under {ReactorOptions.Path}.layers"
                + (_known.Count == 0 ? ", where none is defined" : $": {string.Join(", ", _known.Keys)}")
        );

    private static BuiltIn Sender(ProxyProtocolVersion version)
    {
        Layer layer = ProxyProtocol.SenderLayer(new ProxyProtocolOptions(version));
        return new BuiltIn(layer.Name, () => layer);
    }

    private sealed record BuiltIn(string Name, Func<Layer> Create);
}
