using System;
using System.Threading;

namespace Akka.Reactor.EventLoop;

/// <summary>A thread for every loop, and the runtime's pool for what may block.</summary>
internal sealed class ThreadRunner : ILoopRunner
{
    internal static readonly ThreadRunner Instance = new();

    private ThreadRunner() { }

    public void Start(ReactorLoop loop) => new Thread(loop.Run) { IsBackground = true, Name = loop.Name }.Start();

    public void Offload(Action work) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);
}
