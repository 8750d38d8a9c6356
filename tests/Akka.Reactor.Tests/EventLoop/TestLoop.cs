using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>A loop on this machine's engine, from a test's thread.</summary>
internal sealed class TestLoop : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IPlatform _platform = Platforms.Resolve("auto");
    private IEngine? _engine;

    internal TestLoop(TimeProvider? time = null)
    {
        Wake = _platform.CreateWakeSignal();
        Loop = new ReactorLoop("test-loop", Wake, time ?? TimeProvider.System, Faults.Add);
    }

    internal IWakeSignal Wake { get; }

    internal ReactorLoop Loop { get; }

    /// <summary>What the loop reported.</summary>
    internal BlockingCollection<Exception> Faults { get; } = [];

    internal void Execute(Action action) => Loop.Execute(new ActionRun(action));

    /// <summary>Runs it on the loop and gives its result.</summary>
    internal T On<T>(Func<T> function)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Execute(() => done.SetResult(function()));
        Assert.True(done.Task.Wait(Patience), "The loop did not run it in time.");
        return done.Task.Result;
    }

    internal void On(Action action) =>
        On(() =>
        {
            action();
            return 0;
        });

    /// <summary>From now on the loop waits in the engine.</summary>
    internal void UseEngine()
    {
        _engine = _platform.CreateEngine(Wake);
        On(() => Loop.Attach(_engine, new RecordingTarget()));
    }

    /// <summary>The loop's present thread.</summary>
    internal Thread Thread => On(() => Thread.CurrentThread);

    internal void StopAndJoin()
    {
        Thread thread = Thread;
        Loop.Stop();
        Assert.True(thread.Join(Patience), "The loop's thread did not end.");
    }

    public void Dispose()
    {
        Thread thread = Thread;
        Loop.Dispose();
        Assert.True(thread.Join(Patience), "The loop's thread did not end.");
        _engine?.Dispose();
        Faults.Dispose();
    }
}
