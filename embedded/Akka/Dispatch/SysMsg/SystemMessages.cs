using System;
using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

/// <summary>A message between cells and refs: handled before all user messages, and also by a suspended mailbox.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded { }

/// <summary>
/// Base of the system messages. Each is a link of the mailbox's queue itself: never send one object twice.
/// </summary>
public abstract class SystemMessage : ISystemMessage
{
    internal SystemMessage Next { get; set; }

    public bool Unlinked => Next is null;

    public void Unlink() => Next = null;
}

/// <summary>Kept back while the actor is suspended.</summary>
internal interface IStashWhenFailed { }

/// <summary>Kept back while the actor waits for its children to stop.</summary>
internal interface IStashWhenWaitingForChildren { }

/// <summary>Closes the queue of system messages.</summary>
public sealed class NoMessage : SystemMessage
{
    public override string ToString() => "NoMessage";
}

/// <summary>First message of every actor: build the instance.</summary>
public sealed class Create : SystemMessage
{
    public Create(ActorInitializationException failure = null)
    {
        Failure = failure;
    }

    public ActorInitializationException Failure { get; }

    public override string ToString() => $"<Create>{(Failure is null ? "" : " Failure: " + Failure)}";
}

/// <summary>A watched actor is gone.</summary>
public sealed class DeathWatchNotification : SystemMessage, IDeadLetterSuppression
{
    public DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        Actor = actor;
        ExistenceConfirmed = existenceConfirmed;
        AddressTerminated = addressTerminated;
    }

    public IActorRef Actor { get; }

    public bool ExistenceConfirmed { get; }

    public bool AddressTerminated { get; }

    public override string ToString() =>
        $"<DeathWatchNotification>: {Actor}, ExistenceConfirmed={ExistenceConfirmed}, AddressTerminated={AddressTerminated}";
}

/// <summary>A child tells its parent that it failed.</summary>
public sealed class Failed : SystemMessage, IStashWhenFailed
{
    public Failed(IActorRef child, Exception cause, long uid)
    {
        Child = child;
        Cause = cause;
        Uid = uid;
    }

    public IActorRef Child { get; }

    public Exception Cause { get; }

    /// <summary>Tells a failure of the present child from one of a former child of the same name.</summary>
    public long Uid { get; }

    public override string ToString() => $"<Failed>: {Child} (#{Uid}) with exception {Cause}";
}

/// <summary>A new child asks to be supervised.</summary>
public sealed class Supervise : SystemMessage
{
    public Supervise(IActorRef child, bool async)
    {
        Child = child;
        Async = async;
    }

    public bool Async { get; }

    public IActorRef Child { get; }

    public override string ToString() => $"<Supervise>: {Child}";
}

/// <summary>Asks to be told of an actor's end.</summary>
public class Watch : SystemMessage
{
    public Watch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        Watchee = watchee;
        Watcher = watcher;
    }

    public IInternalActorRef Watchee { get; }

    public IInternalActorRef Watcher { get; }

    protected bool Equals(Watch other) => Equals(Watchee, other.Watchee) && Equals(Watcher, other.Watcher);

    public override bool Equals(object obj) => obj is Watch other && obj.GetType() == GetType() && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Watchee, Watcher);

    public override string ToString() => $"<Watch>: {Watcher} wants to watch {Watchee}";
}

/// <summary>Takes a <see cref="Watch"/> back.</summary>
public sealed class Unwatch : SystemMessage
{
    public Unwatch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        Watchee = watchee;
        Watcher = watcher;
    }

    public IInternalActorRef Watchee { get; }

    public IInternalActorRef Watcher { get; }

    public override bool Equals(object obj) =>
        obj is Unwatch other && Equals(Watchee, other.Watchee) && Equals(Watcher, other.Watcher);

    public override int GetHashCode() => HashCode.Combine(Watchee, Watcher);

    public override string ToString() => $"<Unwatch>: {Watcher} wants to unwatch {Watchee}";
}

/// <summary>A part of an async receive that must run in the actor, or its failure.</summary>
internal sealed class ActorTaskSchedulerMessage : SystemMessage
{
    private readonly ActorTaskScheduler _scheduler;
    private readonly System.Threading.Tasks.Task _task;

    public ActorTaskSchedulerMessage(ActorTaskScheduler scheduler, System.Threading.Tasks.Task task, object message)
    {
        _scheduler = scheduler;
        _task = task;
        Message = message;
    }

    public ActorTaskSchedulerMessage(Exception exception, object message)
    {
        Exception = exception;
        Message = message;
    }

    public Exception Exception { get; }

    public object Message { get; }

    public void ExecuteTask() => _scheduler.ExecuteTask(_task);
}

/// <summary>Replace the instance after a failure.</summary>
public sealed class Recreate : SystemMessage, IStashWhenWaitingForChildren
{
    public Recreate(Exception cause)
    {
        Cause = cause;
    }

    public Exception Cause { get; }

    public override string ToString() => $"<Recreate>{(Cause is null ? "" : " Cause: " + Cause)}";
}

/// <summary>Go on with the same instance after a failure.</summary>
public sealed class Resume : SystemMessage, IStashWhenWaitingForChildren
{
    public Resume(Exception causedByFailure)
    {
        CausedByFailure = causedByFailure;
    }

    public Exception CausedByFailure { get; set; }

    public override string ToString() =>
        $"<Resume>{(CausedByFailure is null ? "" : " CausedByFailure: " + CausedByFailure)}";
}

/// <summary>Handle no user messages for the time being.</summary>
public sealed class Suspend : SystemMessage, IStashWhenWaitingForChildren
{
    public override string ToString() => "<Suspend>";
}

/// <summary>Stop.</summary>
public sealed class Terminate : SystemMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    public override string ToString() => "<Terminate>";
}

/// <summary>Asks a guardian to stop one of its children.</summary>
public sealed class StopChild
{
    public StopChild(IActorRef child)
    {
        Child = child;
    }

    public IActorRef Child { get; }

    public override string ToString() => $"<StopChild> {Child}";
}

/// <summary>Asks the system guardian not to stop before the sender has said that it is done.</summary>
public sealed class RegisterTerminationHook
{
    private RegisterTerminationHook() { }

    public static RegisterTerminationHook Instance { get; } = new();

    public override string ToString() => "<RegisterTerminationHook>";
}

/// <summary>Told to those with a hook when the user's actors are gone.</summary>
public sealed class TerminationHook
{
    private TerminationHook() { }

    public static TerminationHook Instance { get; } = new();

    public override string ToString() => "<TerminationHook>";
}

/// <summary>The answer to <see cref="TerminationHook"/>.</summary>
public sealed class TerminationHookDone
{
    private TerminationHookDone() { }

    public static TerminationHookDone Instance { get; } = new();

    public override string ToString() => "<TerminationHookDone>";
}
