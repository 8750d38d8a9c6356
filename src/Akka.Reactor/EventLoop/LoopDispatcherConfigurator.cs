using System;
using Akka.Dispatch;

namespace Akka.Reactor.EventLoop;

/// <summary>Gives Akka the dispatcher of one loop, always the same instance.</summary>
internal sealed class LoopDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly LoopDispatcher _dispatcher;

    internal LoopDispatcherConfigurator(
        IDispatcherPrerequisites prerequisites,
        string id,
        ReactorLoop loop,
        int throughput,
        TimeSpan shutdownTimeout
    )
        : base(LoopMailbox.DispatcherConfig(prerequisites.Settings), prerequisites)
    {
        _dispatcher = new LoopDispatcher(this, id, loop, throughput, shutdownTimeout);
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
