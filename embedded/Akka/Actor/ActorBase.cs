using System;
using Akka.Actor.Internal;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Access to an actor's context for code that is not the actor itself.</summary>
public interface IInternalActor
{
    IActorContext ActorContext { get; }
}

/// <summary>Base of all actors: one message at a time, and nobody else touches its state.</summary>
public abstract class ActorBase : IInternalActor
{
    private IActorRef _clearedSelf;
    private SupervisorStrategy _supervisorStrategy;

    protected ActorBase()
    {
        if (ActorCell.Current is null)
            throw new ActorInitializationException(
                "Do not create actors using 'new', always create them using an ActorContext/System"
            );
        if (this is IWithTimers timed)
            timed.Timers = new TimerScheduler(Context);
        Context.Become(Receive);
    }

    protected IActorRef Sender => Context.Sender;

    protected IActorRef Self => _clearedSelf ?? Context.Self;

    IActorContext IInternalActor.ActorContext => Context;

    protected static IActorContext Context
    {
        get
        {
            ActorCell current =
                InternalCurrentActorCellKeeper.Current
                ?? throw new NotSupportedException(
                    "There is no active ActorContext, this is most likely due to use of async operations from within this actor."
                );
            return current.ActorHasBeenCleared ? null : current;
        }
    }

    protected static Receive EmptyReceive => static _ => false;

    internal SupervisorStrategy SupervisorStrategyInternal
    {
        get => _supervisorStrategy ??= SupervisorStrategy();
        set => _supervisorStrategy = value;
    }

    /// <summary>Every message comes through here on its way to the present behaviour.</summary>
    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        if (message is TimerScheduler.TimerMessage timer)
        {
            // From a timer since cancelled, or of an instance since restarted: not a message any more.
            if (this is not IWithTimers { Timers: TimerScheduler timers } || !timers.TryTake(timer, out object payload))
                return true;
            if (payload is IAutoReceivedMessage)
            {
                ((ActorCell)Context).AutoReceiveMessage(new Envelope(payload, Self));
                return true;
            }

            // What is stashed now must be the message itself and not its timer.
            if (this is IActorStash)
                ((ActorCell)Context).CurrentMessage = payload;
            message = payload;
        }

        bool handled = receive(message);
        if (!handled)
            Unhandled(message);
        return handled;
    }

    protected abstract bool Receive(object message);

    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void Become(Receive receive) => Context.Become(receive);

    protected void BecomeStacked(Receive receive) => Context.BecomeStacked(receive);

    protected void UnbecomeStacked() => Context.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);

    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPreRestart(Exception cause, object message)
    {
        CancelTimers();
        PreRestart(cause, message);
    }

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    public virtual void AroundPostStop()
    {
        CancelTimers();
        PostStop();
    }

    protected virtual void PreStart() { }

    /// <summary>Called on the failed instance; stops all children unless overridden.</summary>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (IActorRef child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }

        PostStop();
    }

    /// <summary>Called on the new instance.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    protected virtual void PostStop() { }

    /// <summary>How this actor treats failures of its children.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.DefaultStrategy;

    internal void Clear(IActorRef self) => _clearedSelf = self;

    internal void Unclear() => _clearedSelf = null;

    private void CancelTimers()
    {
        if (this is IWithTimers { Timers: { } timers })
            timers.CancelAll();
    }
}
