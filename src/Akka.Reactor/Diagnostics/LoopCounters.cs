namespace Akka.Reactor.Diagnostics;

/// <summary>
/// What one loop counts for the metrics. The fields are plain, so that counting costs next to nothing: only the loop writes them, and the
/// metrics read them on any thread, a moment late.
/// </summary>
internal sealed class LoopCounters
{
    /// <summary>The bytes that were received from peers.</summary>
    internal long BytesReceived;

    /// <summary>The bytes that the kernel has taken for peers.</summary>
    internal long BytesSent;

    /// <summary>The cost of the writes that wait in the queues of the loop's connections.</summary>
    internal long QueuedCost;
}
