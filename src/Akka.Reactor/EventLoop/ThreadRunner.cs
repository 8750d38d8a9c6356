using System.Threading;

namespace Akka.Reactor.EventLoop;

/// <summary>A thread for every loop.</summary>
internal sealed class ThreadRunner : ILoopRunner
{
    internal static readonly ThreadRunner Instance = new();

    private ThreadRunner() { }

    public void Start(ReactorLoop loop) => new Thread(loop.Run) { IsBackground = true, Name = loop.Name }.Start();
}
