using System;
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Reactor.EventLoop;

/// <summary>Akka's face of a loop: actors whose Props name it run there.</summary>
internal sealed class LoopDispatcher : MessageDispatcher
{
    private readonly ReactorLoop _loop;

    internal LoopDispatcher(
        LoopDispatcherConfigurator configurator,
        string id,
        ReactorLoop loop,
        int throughput,
        TimeSpan shutdownTimeout
    )
        : base(configurator)
    {
        _loop = loop;
        Id = id;
        Throughput = throughput;
        ShutdownTimeout = shutdownTimeout;
    }

    /// <summary>True on the loop's thread.</summary>
    internal bool IsCurrent => _loop.IsCurrent;

    /// <summary>An actor moves in, before it gets its first message.</summary>
    public override void Attach(ActorCell cell)
    {
        if (cell.Mailbox!.MessageQueue is LoopMessageQueue queue)
        {
            queue.LivesOn(_loop);
        }

        base.Attach(cell);
    }

    protected override void ExecuteTask(IRunnable run) => _loop.Execute(run);

    // Akka calls this when the last actor has left, also while the system lives; a new actor makes it run again.
    protected override void Shutdown() => _loop.Stop();
}
