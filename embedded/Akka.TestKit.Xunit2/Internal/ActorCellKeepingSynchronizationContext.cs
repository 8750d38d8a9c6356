using System;
using System.Threading;
using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.TestKit.Internal;

/// <summary>
/// Keeps the implicit sender of a test over its awaits: continuations run on the thread pool, with the test actor's
/// cell as the current one. Without it, Tell after an await would have no sender.
/// </summary>
internal sealed class ActorCellKeepingSynchronizationContext : SynchronizationContext
{
    private readonly ActorCell _cell;

    public ActorCellKeepingSynchronizationContext(ActorCell cell)
    {
        _cell = cell;
    }

    public override void Post(SendOrPostCallback d, object state) => ThreadPool.QueueUserWorkItem(_ => Run(d, state));

    public override void Send(SendOrPostCallback d, object state)
    {
        using var done = new ManualResetEventSlim();
        Exception failure = null;
        Post(
            _ =>
            {
                try
                {
                    d(state);
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
                finally
                {
                    done.Set();
                }
            },
            state: null
        );
        done.Wait();
        if (failure is not null)
            throw new AggregateException(failure);
    }

    private void Run(SendOrPostCallback callback, object state)
    {
        ActorCell cellBefore = InternalCurrentActorCellKeeper.Current;
        SynchronizationContext contextBefore = Current;
        SetSynchronizationContext(this);
        InternalCurrentActorCellKeeper.Current = _cell;
        try
        {
            callback(state);
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = cellBefore;
            SetSynchronizationContext(contextBefore);
        }
    }
}
