using System;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// The runtime runs an awaiting method's continuation inline only where the completing thread has no synchronization
/// context and the default task scheduler is current; otherwise it goes to the thread pool. An actor's async receive
/// and a test runner both violate that, so the engine steps out of them for the length of a call.
/// </summary>
internal static class InlineScope
{
    /// <summary>Whether continuations would leave the calling thread here.</summary>
    public static bool IsNeeded =>
        SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default;

    /// <summary>Runs the action on the calling thread, now, where continuations run inline.</summary>
    public static void Run<TState>(Action<TState> action, TState state)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            if (TaskScheduler.Current == TaskScheduler.Default)
            {
                action(state);
                return;
            }

            // The current scheduler is that of the current task: a task of the default one shadows it. The default
            // scheduler executes RunSynchronously on the caller, always.
            var task = new Task(() => action(state));
            task.RunSynchronously(TaskScheduler.Default);
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
