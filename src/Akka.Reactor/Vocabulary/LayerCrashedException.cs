using System;

namespace Akka.Reactor;

/// <summary>
/// A layer threw an exception, and its connection was aborted; or other code that runs while a client connects did so, such as the
/// function that creates a layer. <see cref="Exception.InnerException"/> is that exception.
/// </summary>
public sealed class LayerCrashedException : ReactorException
{
    internal LayerCrashedException(string layer, Exception cause)
        : base($"The layer {layer} crashed: {cause.Message}", cause)
    {
        Layer = layer;
    }

    /// <summary>An exception that was thrown while a client connected, and not by a layer actor.</summary>
    internal LayerCrashedException(Exception cause)
        : base($"Connecting failed unexpectedly: {cause.Message}", cause)
    {
        Layer = "";
    }

    /// <summary>The type of the layer actor; empty if other code than a layer actor threw the exception.</summary>
    public string Layer { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.LayerCrash;
}
