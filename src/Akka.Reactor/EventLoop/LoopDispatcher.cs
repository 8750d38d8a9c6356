using System;
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Reactor.EventLoop;

/// <summary>The Akka dispatcher of a loop: actors whose Props name this dispatcher run on the loop.</summary>
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

    /// <summary>Tells the actor's message queue, before the actor gets its first message, on which loop the actor runs.</summary>
    public override void Attach(ActorCell cell)
    {
        if (cell.Mailbox!.MessageQueue is LoopMessageQueue queue)
        {
            queue.LivesOn(_loop);
        }

        base.Attach(cell);
    }

    protected override void ExecuteTask(IRunnable run) => _loop.Execute(run);

    // Akka calls this when the last actor has left, even while the actor system continues. A new actor makes the loop run again.
    protected override void Shutdown() => _loop.Stop();
}
