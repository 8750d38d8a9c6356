using System;

namespace Akka.Reactor.EventLoop;

/// <summary>Receives the reports about a loop's engine, for the selector. Its members are called on the loop.</summary>
internal interface IPollTarget
{
    /// <summary>
    /// Reports, outside every mailbox run, that a batch of events, or the rest of one, waits in <see cref="ReactorLoop.Batch"/>.
    /// The loop does not wait in the engine again until the batch is consumed.
    /// </summary>
    void BatchReady();

    /// <summary>Reports that the engine threw. The loop has released the engine and waits on its wake signal alone.</summary>
    void EngineFailed(Exception cause);
}
