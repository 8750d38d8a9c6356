using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The actor behind <c>/</c> and <c>/user</c>.</summary>
public class GuardianActor : ActorBase, IRequiresMessageQueue<IUnboundedMessageQueueSemantics>
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated:
                Context.Stop(Self);
                break;
            case StopChild stop:
                Context.Stop(stop.Child);
                break;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                break;
        }

        return true;
    }

    protected override void PreStart() { }
}

/// <summary>
/// The actor behind <c>/system</c>. It outlives <c>/user</c>: when that is gone, it first lets those finish that have
/// registered a termination hook, and the loggers last of all.
/// </summary>
public class SystemGuardianActor : ActorBase, IRequiresMessageQueue<IUnboundedMessageQueueSemantics>
{
    private readonly IActorRef _userGuardian;
    private readonly HashSet<IActorRef> _hooks = [];

    public SystemGuardianActor(IActorRef userGuardian)
    {
        _userGuardian = userGuardian;
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated terminated when _userGuardian.Equals(terminated.ActorRef):
                Context.Become(Terminating);
                foreach (IActorRef hook in _hooks)
                    hook.Tell(TerminationHook.Instance);
                StopWhenHooksAreDone();
                break;
            case Terminated terminated:
                _hooks.Remove(terminated.ActorRef);
                break;
            case StopChild stop:
                Context.Stop(stop.Child);
                break;
            case RegisterTerminationHook when !ReferenceEquals(Sender, Context.System.DeadLetters):
                _hooks.Add(Sender);
                Context.Watch(Sender);
                break;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                break;
        }

        return true;
    }

    private bool Terminating(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                _hooks.Remove(terminated.ActorRef);
                StopWhenHooksAreDone();
                break;
            case TerminationHookDone:
                _hooks.Remove(Sender);
                StopWhenHooksAreDone();
                break;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                break;
        }

        return true;
    }

    private void StopWhenHooksAreDone()
    {
        if (_hooks.Count > 0)
            return;
        Context.System.EventStream.StopDefaultLoggers(Context.System);
        Context.Stop(Self);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // A restart of the system guardian must not take the system actors down.
    }
}

/// <summary>The ref of <c>/</c>; also finds what is not a child of its cell: <c>/temp</c>, <c>/deadLetters</c>, extra names.</summary>
public class RootGuardianActorRef : LocalActorRef
{
    private readonly IInternalActorRef _deadLetters;
    private readonly IReadOnlyDictionary<string, IInternalActorRef> _extraNames;
    private IInternalActorRef _tempContainer;

    public RootGuardianActorRef(
        ActorSystemImpl system,
        Props props,
        MessageDispatcher dispatcher,
        MailboxType mailboxType,
        IInternalActorRef supervisor,
        ActorPath path,
        IInternalActorRef deadLetters,
        IReadOnlyDictionary<string, IInternalActorRef> extraNames
    )
        : base(system, props, dispatcher, mailboxType, supervisor, path)
    {
        _deadLetters = deadLetters;
        _extraNames = extraNames;
    }

    public override IInternalActorRef Parent => this;

    public void SetTempContainer(IInternalActorRef tempContainer) => _tempContainer = tempContainer;

    public override IInternalActorRef GetSingleChild(string name) =>
        name switch
        {
            "temp" => _tempContainer,
            "deadLetters" => _deadLetters,
            _ => _extraNames.TryGetValue(name, out IInternalActorRef extra) ? extra : base.GetSingleChild(name),
        };
}

/// <summary>The supervisor above the root: ends the system when the root fails or stops.</summary>
public class RootGuardianSupervisor : MinimalActorRef
{
    private readonly TaskCompletionSource<Status> _terminationPromise;
    private readonly ILoggingAdapter _log;

    public RootGuardianSupervisor(
        RootActorPath root,
        IActorRefProvider provider,
        TaskCompletionSource<Status> terminationPromise,
        ILoggingAdapter log
    )
    {
        _terminationPromise = terminationPromise;
        _log = log;
        Provider = provider;
        Path = root / "_Root-guardian-supervisor";
    }

    public Exception CauseOfTermination { get; private set; }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (_terminationPromise.Task.IsCompleted)
            return;
        if (message is null)
            throw new InvalidMessageException();
        _log.Error("{0} received unexpected message [{1}]", Path, message);
    }

    public override void SendSystemMessage(ISystemMessage systemMessage)
    {
        switch (systemMessage)
        {
            case Failed failed:
                _log.Error(failed.Cause, "guardian {0} failed, shutting down!", failed.Child);
                CauseOfTermination = failed.Cause;
                ((IInternalActorRef)failed.Child).Stop();
                break;
            case Supervise:
                break;
            case DeathWatchNotification:
                Stop();
                break;
            default:
                _log.Error("{0} received unexpected system message [{1}]", Path, systemMessage);
                break;
        }
    }

    public override void Stop() =>
        _terminationPromise.TrySetResult(
            CauseOfTermination is null ? Status.Success.Instance : new Status.Failure(CauseOfTermination)
        );
}
