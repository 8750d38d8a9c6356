using System;
using System.Threading;

namespace Akka.Reactor.EventLoop;

/// <summary>Runs every loop on a thread of its own, and work that may block on the runtime's thread pool.</summary>
internal sealed class ThreadRunner : ILoopRunner
{
    internal static readonly ThreadRunner Instance = new();

    private ThreadRunner() { }

    public void Start(ReactorLoop loop) => new Thread(loop.Run) { IsBackground = true, Name = loop.Name }.Start();

    public void Offload(Action work) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);
}
