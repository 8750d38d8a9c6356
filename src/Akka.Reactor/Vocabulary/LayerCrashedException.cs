using System;

namespace Akka.Reactor;

/// <summary>
/// A layer threw an exception, and its connection was aborted. <see cref="Exception.InnerException"/> is the exception of the
/// layer.
/// </summary>
public sealed class LayerCrashedException : ReactorException
{
    internal LayerCrashedException(string layer, Exception cause)
        : base($"The layer {layer} crashed: {cause.Message}", cause)
    {
        Layer = layer;
    }

    /// <summary>The type of the layer actor.</summary>
    public string Layer { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.LayerCrash;
}
