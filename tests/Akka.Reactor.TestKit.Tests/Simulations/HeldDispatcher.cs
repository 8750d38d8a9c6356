using System;
using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A dispatcher that runs nothing until the test says so. Of one test at a time.</summary>
internal sealed class HeldDispatcher : MessageDispatcher
{
    private static readonly ConcurrentQueue<IRunnable> s_held = new();

    internal HeldDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        s_held.Clear();
        Id = "held";
        Throughput = 1;
        ShutdownTimeout = TimeSpan.FromSeconds(1);
    }

    /// <summary>The configuration of the dispatcher, at the path <c>held</c>.</summary>
    internal static string Settings =>
        $"held.type = \"{typeof(HeldDispatcherConfigurator).AssemblyQualifiedName}\"\nakka.reactor.tls.handshake-dispatcher = held\n";

    internal static int Count => s_held.Count;

    /// <summary>Runs the oldest held work.</summary>
    internal static void RunOne()
    {
        if (s_held.TryDequeue(out IRunnable? run))
        {
            run.Run();
        }
    }

    // The actor that keeps the dispatcher alive is not held.
    protected override void ExecuteTask(IRunnable run)
    {
        if (run is Mailbox)
        {
            run.Run();
        }
        else
        {
            s_held.Enqueue(run);
        }
    }

    protected override void Shutdown() { }
}

/// <summary>Akka creates this by the type name in the configuration.</summary>
internal sealed class HeldDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly HeldDispatcher _dispatcher;

    public HeldDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        _dispatcher = new HeldDispatcher(this);
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
