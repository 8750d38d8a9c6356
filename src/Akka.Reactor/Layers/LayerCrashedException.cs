using System;

namespace Akka.Reactor;

/// <summary>A layer threw; its connection was aborted.</summary>
public sealed class LayerCrashedException : ReactorException
{
    /// <summary>Names the layer and wraps what it threw.</summary>
    public LayerCrashedException(string layer, Exception cause)
        : base($"The layer {layer} crashed: {cause.Message}", cause)
    {
        Layer = layer;
    }

    /// <summary>The layer actor's type.</summary>
    public string Layer { get; }
}
