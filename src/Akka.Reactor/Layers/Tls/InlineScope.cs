using System;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Runs calls so that continuations stay on the calling thread. The runtime runs an awaiting method's continuation inline only
/// if the completing thread has no synchronization context and the default task scheduler is current; otherwise the
/// continuation goes to the thread pool. An actor's async receive and a test runner both violate this condition, so the engine
/// leaves their context for the duration of a call.
/// </summary>
internal static class InlineScope
{
    /// <summary>Whether continuations would leave the calling thread here.</summary>
    public static bool IsNeeded =>
        SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default;

    /// <summary>Runs the action immediately on the calling thread, in a context where continuations run inline.</summary>
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

            // The current scheduler is the scheduler of the current task, so a task on the default scheduler hides it. The
            // default scheduler always executes RunSynchronously on the caller's thread.
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
