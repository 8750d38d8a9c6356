using System;
using System.Collections.Concurrent;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Where a dispatcher's work is executed.</summary>
public abstract class ExecutorService
{
    protected ExecutorService(string id)
    {
        Id = id;
    }

    public string Id { get; }

    public abstract void Execute(IRunnable run);

    public abstract void Shutdown();
}

/// <summary>Makes executors.</summary>
public abstract class ExecutorServiceFactory
{
    public abstract ExecutorService Produce(string id);
}

/// <summary>A factory that is set up from a dispatcher's configuration.</summary>
public abstract class ExecutorServiceConfigurator : ExecutorServiceFactory
{
    protected ExecutorServiceConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    public Config Config { get; }

    public IDispatcherPrerequisites Prerequisites { get; }
}

/// <summary>An executor that is shutting down was given work.</summary>
public class RejectedExecutionException : AkkaException
{
    public RejectedExecutionException(string message = null, Exception inner = null)
        : base(message, inner) { }
}

internal sealed class ThreadPoolExecutorConfigurator : ExecutorServiceConfigurator
{
    public ThreadPoolExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) { }

    public override ExecutorService Produce(string id) => new ThreadPoolExecutor(id);

    private sealed class ThreadPoolExecutor : ExecutorService
    {
        public ThreadPoolExecutor(string id)
            : base(id) { }

        public override void Execute(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: true);

        public override void Shutdown() { }
    }
}

/// <summary>Threads of a dispatcher's own: one for a pinned dispatcher, <c>dedicated-thread-pool.thread-count</c> otherwise.</summary>
internal sealed class DedicatedThreadsExecutorConfigurator : ExecutorServiceConfigurator
{
    private readonly int _threads;

    public DedicatedThreadsExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : this(config, prerequisites, ThreadCount(config)) { }

    public DedicatedThreadsExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites, int threads)
        : base(config, prerequisites)
    {
        _threads = threads;
    }

    public override ExecutorService Produce(string id) => new DedicatedThreadsExecutor(id, _threads);

    private static int ThreadCount(Config config)
    {
        int dedicated = config.GetInt("dedicated-thread-pool.thread-count", 0);
        if (dedicated > 0)
            return dedicated;
        int least = config.GetInt("fork-join-executor.parallelism-min", 1);
        int most = config.GetInt("fork-join-executor.parallelism-max", int.MaxValue);
        return Math.Min(Math.Max(Environment.ProcessorCount, least), Math.Max(most, 1));
    }

    private sealed class DedicatedThreadsExecutor : ExecutorService
    {
        private readonly BlockingCollection<IRunnable> _work = new();

        public DedicatedThreadsExecutor(string id, int threads)
            : base(id)
        {
            for (int i = 0; i < threads; i++)
            {
                new Thread(Work) { IsBackground = true, Name = $"{id}_{i + 1}" }.Start();
            }
        }

        public override void Execute(IRunnable run)
        {
            try
            {
                _work.Add(run);
            }
            catch (InvalidOperationException e)
            {
                throw new RejectedExecutionException("The executor is shutting down", e);
            }
        }

        public override void Shutdown() => _work.CompleteAdding();

        private void Work()
        {
            foreach (IRunnable run in _work.GetConsumingEnumerable())
                run.Run();
        }
    }
}
