using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// Runs the parts of an async receive inside their actor. The mailbox is suspended until the last part is done, so no
/// other message comes between them; the parts themselves come as system messages.
/// </summary>
public class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _actorCell;

    internal ActorTaskScheduler(ActorCell actorCell)
    {
        _actorCell = actorCell;
    }

    public object CurrentMessage { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    protected virtual void OnBeforeTaskStarted() { }

    protected virtual void OnAfterTaskCompleted() { }

    protected override IEnumerable<Task> GetScheduledTasks() => null;

    protected override void QueueTask(Task task)
    {
        bool mayRunHere =
            InternalCurrentActorCellKeeper.Current == _actorCell
            && !task.CreationOptions.HasFlag(TaskCreationOptions.LongRunning);
        if (mayRunHere)
            TryExecuteTask(task);
        else
            _actorCell.SendSystemMessage(new ActorTaskSchedulerMessage(this, task, CurrentMessage));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    internal void ExecuteTask(Task task) => TryExecuteTask(task);

    public static void RunTask(Action action) =>
        RunTask(() =>
        {
            action();
            return Task.CompletedTask;
        });

    public static void RunTask(Func<Task> asyncAction)
    {
        ActorCell context =
            ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        MessageDispatcher dispatcher = context.Dispatcher;
        dispatcher.Suspend(context);

        ActorTaskScheduler scheduler = context.TaskScheduler;
        scheduler.CurrentMessage = context.CurrentMessage;
        scheduler.OnBeforeTaskStarted();
        Task.Factory.StartNew(asyncAction, CancellationToken.None, TaskCreationOptions.None, scheduler)
            .Unwrap()
            .ContinueWith(task => scheduler.Finish(task, dispatcher), scheduler);
    }

    private void Finish(Task task, MessageDispatcher dispatcher)
    {
        Exception failure = FailureOf(task);
        if (failure is null)
        {
            dispatcher.Resume(_actorCell);
            _actorCell.CheckReceiveTimeout(_actorCell.CurrentMessage is not INotInfluenceReceiveTimeout);
        }
        else
        {
            _actorCell.SendSystemMessage(new ActorTaskSchedulerMessage(failure, CurrentMessage));
        }

        CurrentMessage = null;
        OnAfterTaskCompleted();
    }

    private static Exception FailureOf(Task task)
    {
        if (task.IsCanceled)
            return new TaskCanceledException();
        AggregateException all = task.Exception;
        return all?.InnerExceptions.Count == 1 ? all.InnerException : all;
    }
}
