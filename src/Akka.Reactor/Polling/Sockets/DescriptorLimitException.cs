namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// A socket's descriptor is higher than the engine can watch: <c>select</c> watches only descriptors below 1,024. The
/// connection of this descriptor is closed. Another engine (such as <c>akka.reactor.engine = poll</c>) has no such limit.
/// </summary>
/// <param name="engine">The engine's name, as in <c>akka.reactor.engine</c>.</param>
/// <param name="descriptor">The descriptor that was refused.</param>
/// <param name="limit">The first descriptor that is too high.</param>
internal sealed class DescriptorLimitException(string engine, long descriptor, int limit)
    : ReactorException(
        $"The engine {engine} cannot watch descriptor {descriptor}: it watches only descriptors below {limit}; "
            + "another engine (akka.reactor.engine) has no such limit."
    )
{
    internal string Engine { get; } = engine;

    internal long Descriptor { get; } = descriptor;

    internal int Limit { get; } = limit;

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.SocketFailure;
}
