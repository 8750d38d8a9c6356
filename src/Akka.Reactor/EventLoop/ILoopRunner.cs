using System;

namespace Akka.Reactor.EventLoop;

/// <summary>Who gives a loop the time to run, and others the time for what would hold a loop up.</summary>
internal interface ILoopRunner
{
    /// <summary>
    /// The loop has something to run and nobody who runs it: from now on, until it is stopped, somebody calls
    /// <see cref="ReactorLoop.Run"/> once or <see cref="ReactorLoop.RunOnce"/> again and again, never two at a time. Any thread.
    /// </summary>
    void Start(ReactorLoop loop);

    /// <summary>Runs something that may block, on no loop's thread. It throws nothing. Any thread.</summary>
    void Offload(Action work);
}
