using System;

namespace Akka.Reactor.EventLoop;

/// <summary>Runs loops, and runs work that would hold a loop up.</summary>
internal interface ILoopRunner
{
    /// <summary>
    /// Starts to run a loop that has work and that nothing runs. From now on, until the loop is stopped, the runner calls
    /// <see cref="ReactorLoop.Run"/> once or <see cref="ReactorLoop.RunOnce"/> repeatedly, never two calls at the same time. Can be
    /// called on any thread.
    /// </summary>
    void Start(ReactorLoop loop);

    /// <summary>
    /// Runs work that may block, outside the threads of all loops. The work must not throw. Can be called on any thread.
    /// </summary>
    void Offload(Action work);
}
