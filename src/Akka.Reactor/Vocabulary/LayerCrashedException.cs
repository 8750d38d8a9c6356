using System;

namespace Akka.Reactor;

/// <summary>A layer threw, so its connection was aborted. <see cref="Exception.InnerException"/> is what it threw.</summary>
public sealed class LayerCrashedException : ReactorException
{
    internal LayerCrashedException(string layer, Exception cause)
        : base($"The layer {layer} crashed: {cause.Message}", cause)
    {
        Layer = layer;
    }

    /// <summary>The layer actor's type.</summary>
    public string Layer { get; }
}
