using System;
using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>akka.reactor.layers</c>, and finds the layers that listeners and clients name.</summary>
internal sealed class LayerSettings
{
    private const string TlsLayer = "tls";

    private readonly Dictionary<string, Layer> _known = new(StringComparer.Ordinal);

    private LayerSettings() { }

    internal static LayerSettings Read(SettingsReader reader)
    {
        LayerSettings layers = new();
        foreach (string name in reader.Keys)
        {
            if (string.Equals(name, TlsLayer, StringComparison.Ordinal))
            {
                throw reader.Error(name, "is built in; a layer of your own must have another name");
            }

            Type type = ProtocolFactory.FindType(
                reader.RequiredText(name),
                typeof(LayerActor),
                problem => reader.Error(name, problem)
            );
            layers._known[name] = new Layer(name, lower => Props.Create(type, lower));
        }

        return layers;
    }

    /// <summary>The layers a listener or client asks for.</summary>
    /// <param name="reader">Its block.</param>
    /// <param name="secure">The end point that puts TLS on top by itself, or null.</param>
    /// <param name="tls">What <c>tls</c> is; throws where it cannot be.</param>
    internal IReadOnlyList<Layer> Named(SettingsReader reader, string? secure, Func<Layer> tls)
    {
        List<Layer> layers = [];
        foreach (string name in reader.Texts("layers", []))
        {
            if (!string.Equals(name, TlsLayer, StringComparison.Ordinal))
            {
                layers.Add(_known.TryGetValue(name, out Layer? found) ? found : throw Unknown(reader, name));
            }
            else if (secure is null)
            {
                layers.Add(tls());
            }
            else
            {
                throw reader.Error("layers", $"names tls, which {secure} puts on top already; it must name it once");
            }
        }

        return layers;
    }

    private ReactorConfigurationException Unknown(SettingsReader reader, string name) =>
        reader.Error(
            "layers",
            $"names {name}; it must name tls, which is built in, or one defined under {ReactorSettings.Path}.layers"
                + (_known.Count == 0 ? ", where there is none" : $": {string.Join(", ", _known.Keys)}")
        );
}
