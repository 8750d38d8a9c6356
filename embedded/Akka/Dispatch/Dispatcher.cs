using System;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>A dispatcher over an executor, the .NET thread pool by default.</summary>
public class Dispatcher : MessageDispatcher
{
    private readonly ExecutorServiceFactory _factory;
    private ExecutorService _executor;

    public Dispatcher(
        MessageDispatcherConfigurator configurator,
        string id,
        int throughput,
        long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout
    )
        : base(configurator)
    {
        _factory = executorServiceFactory;
        Id = id;
        Throughput = throughput;
        ThroughputDeadlineTime = throughputDeadlineTime;
        ShutdownTimeout = shutdownTimeout;
    }

    protected override void ExecuteTask(IRunnable run)
    {
        try
        {
            Executor().Execute(run);
        }
        catch (RejectedExecutionException)
        {
            // Shut down between the two steps: the next executor takes it.
            Executor().Execute(run);
        }
    }

    protected override void Shutdown() => Interlocked.Exchange(ref _executor, null)?.Shutdown();

    private ExecutorService Executor() => Volatile.Read(ref _executor) ?? StartExecutor();

    private ExecutorService StartExecutor()
    {
        ExecutorService fresh = _factory.Produce(Id);
        ExecutorService present = Interlocked.CompareExchange(ref _executor, fresh, null);
        if (present is null)
            return fresh;
        fresh.Shutdown();
        return present;
    }
}

/// <summary>Makes one <see cref="Dispatcher"/> for all actors of an id.</summary>
public sealed class DispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _instance;

    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        long deadline = Config.GetTimeSpan("throughput-deadline-time", null).Ticks;
        _instance = new Dispatcher(
            this,
            Config.GetString("id", null),
            Config.GetInt("throughput", 0),
            deadline > 0 ? deadline : null,
            ConfigureExecutor(),
            Config.GetTimeSpan("shutdown-timeout", null)
        );
    }

    public override MessageDispatcher Dispatcher() => _instance;
}

/// <summary>A dispatcher with one thread for one actor.</summary>
public sealed class PinnedDispatcher : Dispatcher
{
    private ActorCell _owner;

    public PinnedDispatcher(
        MessageDispatcherConfigurator configurator,
        string id,
        int throughput,
        long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout
    )
        : base(configurator, id, throughput, throughputDeadlineTime, executorServiceFactory, shutdownTimeout) { }

    internal override void Register(ActorCell actor)
    {
        ActorCell owner = Interlocked.CompareExchange(ref _owner, actor, null);
        if (owner is not null && owner != actor)
            throw new InvalidOperationException($"Cannot register to anyone but {owner}");
        base.Register(actor);
    }

    internal override void Unregister(ActorCell actor)
    {
        base.Unregister(actor);
        Volatile.Write(ref _owner, null);
    }
}

/// <summary>Makes a <see cref="PinnedDispatcher"/> anew for every actor.</summary>
internal sealed class PinnedDispatcherConfigurator : MessageDispatcherConfigurator
{
    public PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) { }

    public override MessageDispatcher Dispatcher() =>
        new PinnedDispatcher(
            this,
            Config.GetString("id", null),
            Config.GetInt("throughput", 0),
            Config.GetTimeSpan("throughput-deadline-time", null).Ticks,
            new DedicatedThreadsExecutorConfigurator(Config, Prerequisites, threads: 1),
            Config.GetTimeSpan("shutdown-timeout", null)
        );
}
