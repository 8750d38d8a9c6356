using System;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>
/// Runs mailboxes. It counts its inhabitants: when the last actor has left and none has come within
/// <see cref="ShutdownTimeout"/>, it is shut down; work that comes afterwards starts it again.
/// </summary>
public abstract class MessageDispatcher
{
    public const int DefaultThroughput = 100;

    private const int Unscheduled = 0;
    private const int Scheduled = 1;
    private const int Rescheduled = 2;

    private long _inhabitants;
    private int _shutdown;

    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        Configurator = configurator;
        Throughput = DefaultThroughput;
    }

    public MessageDispatcherConfigurator Configurator { get; }

    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    public string Id { get; protected set; }

    public long? ThroughputDeadlineTime { get; protected set; }

    /// <summary>Messages of one actor before others get their turn.</summary>
    public int Throughput { get; set; }

    public TimeSpan ShutdownTimeout { get; protected set; }

    /// <summary>Actors attached and pieces of work scheduled.</summary>
    protected long Inhabitants => Volatile.Read(ref _inhabitants);

    public void Schedule(Action run) => Schedule(new ActionRunnable(run));

    public void Schedule(IRunnable run)
    {
        AddInhabitants(1);
        ExecuteTask(new CountedRunnable(this, run));
    }

    protected abstract void ExecuteTask(IRunnable run);

    protected void ReportFailure(Exception ex) =>
        EventStream.Publish(new Error(ex, GetType().FullName, GetType(), ex.Message));

    protected abstract void Shutdown();

    public virtual void Dispatch(ActorCell cell, Envelope envelope)
    {
        Mailbox mailbox = cell.Mailbox;
        mailbox.Enqueue(cell.Self, envelope);
        RegisterForExecution(mailbox, hasMessageHint: true, hasSystemMessageHint: false);
    }

    public virtual void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        Mailbox mailbox = cell.Mailbox;
        mailbox.SystemEnqueue(cell.Self, message);
        RegisterForExecution(mailbox, hasMessageHint: false, hasSystemMessageHint: true);
    }

    public virtual void Attach(ActorCell cell)
    {
        Register(cell);
        RegisterForExecution(cell.Mailbox, hasMessageHint: false, hasSystemMessageHint: true);
    }

    public virtual void Detach(ActorCell cell)
    {
        try
        {
            Unregister(cell);
        }
        finally
        {
            ScheduleShutdownIfEmpty();
        }
    }

    internal bool RegisterForExecution(Mailbox mbox, bool hasMessageHint, bool hasSystemMessageHint)
    {
        if (!mbox.CanBeScheduledForExecution(hasMessageHint, hasSystemMessageHint) || !mbox.SetAsScheduled())
            return false;
        ExecuteTask(mbox);
        return true;
    }

    internal virtual void Register(ActorCell actor) => AddInhabitants(1);

    internal virtual void Unregister(ActorCell actor)
    {
        AddInhabitants(-1);
        Mailbox mailbox = actor.SwapMailbox(Mailboxes.DeadLetterMailbox);
        mailbox.BecomeClosed();
        mailbox.CleanUp();
    }

    internal virtual void Suspend(ActorCell actorCell)
    {
        Mailbox mailbox = actorCell.Mailbox;
        if (mailbox.Actor == actorCell && mailbox.Dispatcher == this)
            mailbox.Suspend();
    }

    internal virtual void Resume(ActorCell actorCell)
    {
        Mailbox mailbox = actorCell.Mailbox;
        if (mailbox.Actor == actorCell && mailbox.Dispatcher == this && mailbox.Resume())
            RegisterForExecution(mailbox, hasMessageHint: false, hasSystemMessageHint: false);
    }

    private long AddInhabitants(long add)
    {
        long now = Interlocked.Add(ref _inhabitants, add);
        if (now >= 0)
            return now;
        var corrupted = new InvalidOperationException("A dispatcher can't have less than 0 inhabitants.");
        ReportFailure(corrupted);
        throw corrupted;
    }

    private void ScheduleShutdownIfEmpty()
    {
        while (Inhabitants <= 0)
        {
            switch (Volatile.Read(ref _shutdown))
            {
                case Unscheduled when MoveShutdown(Unscheduled, Scheduled):
                    ScheduleShutdownAction();
                    return;
                // Emptied anew while a shutdown is pending: that one waits another full timeout.
                case Scheduled when MoveShutdown(Scheduled, Rescheduled):
                case Rescheduled:
                    return;
            }
        }
    }

    private bool MoveShutdown(int from, int to) => Interlocked.CompareExchange(ref _shutdown, to, from) == from;

    private void ScheduleShutdownAction()
    {
        try
        {
            Configurator.Prerequisites.Scheduler.Advanced.ScheduleOnce(ShutdownTimeout, RunShutdownAction);
        }
        catch (SchedulerException)
        {
            // The scheduler is gone, so the system is too: nothing to wait for.
            Shutdown();
        }
    }

    private void RunShutdownAction()
    {
        try
        {
            if (MoveShutdown(Rescheduled, Scheduled))
            {
                ScheduleShutdownAction();
                return;
            }

            try
            {
                if (Inhabitants == 0)
                    Shutdown();
            }
            finally
            {
                Volatile.Write(ref _shutdown, Unscheduled);
            }
        }
        catch (Exception e)
        {
            ReportFailure(e);
        }
    }

    private sealed class CountedRunnable : IRunnable
    {
        private readonly MessageDispatcher _dispatcher;
        private readonly IRunnable _runnable;

        public CountedRunnable(MessageDispatcher dispatcher, IRunnable runnable)
        {
            _dispatcher = dispatcher;
            _runnable = runnable;
        }

        public void Run()
        {
            try
            {
                _runnable.Run();
            }
            finally
            {
                if (_dispatcher.AddInhabitants(-1) == 0)
                    _dispatcher.ScheduleShutdownIfEmpty();
            }
        }

        public void Execute() => Run();
    }
}
