namespace Akka.Reactor;

/// <summary>
/// A socket's descriptor is beyond what the engine can watch: <c>select</c> knows those below 1,024 only. The connection
/// it was for is closed; another engine (<c>akka.reactor.engine = poll</c>, for one) has no such limit.
/// </summary>
public sealed class DescriptorLimitException : ReactorException
{
    /// <summary>Names the engine, the descriptor and the limit.</summary>
    public DescriptorLimitException(string engine, long descriptor, int limit)
        : base($"The engine {engine} cannot watch descriptor {descriptor}: it watches those below {limit} only.")
    {
        Engine = engine;
        Descriptor = descriptor;
        Limit = limit;
    }

    /// <summary>The engine's name as in <c>akka.reactor.engine</c>.</summary>
    public string Engine { get; }

    /// <summary>The descriptor that was refused.</summary>
    public long Descriptor { get; }

    /// <summary>The first descriptor that is too high.</summary>
    public int Limit { get; }
}
