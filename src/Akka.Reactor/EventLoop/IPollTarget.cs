using System;

namespace Akka.Reactor.EventLoop;

/// <summary>Who is told of a loop's engine: the selector. Called on the loop, outside every mailbox run.</summary>
internal interface IPollTarget
{
    /// <summary>
    /// A batch of events, or what was left of one, waits in <see cref="ReactorLoop.Batch"/>; the loop does not wait in the engine
    /// again until it is consumed.
    /// </summary>
    void BatchReady();

    /// <summary>The engine threw. The loop has let go of it and waits on its wake signal alone.</summary>
    void EngineFailed(Exception cause);
}
