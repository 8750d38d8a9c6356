using System;
using System.Collections.Generic;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public partial class ActorCell
{
    private List<SystemMessage> _stashedSystemMessages;
    private int _currentEnvelopeId;

    /// <summary>Changes with every message; a stash tells by it whether it already has the current one.</summary>
    public int CurrentEnvelopeId => _currentEnvelopeId;

    public void Invoke(Envelope envelope)
    {
        object message = envelope.Message;
        bool restartsTimeout = message is not INotInfluenceReceiveTimeout;
        try
        {
            CurrentMessage = message;
            if (++_currentEnvelopeId == int.MaxValue)
                _currentEnvelopeId = 0;
            Sender = envelope.Sender ?? _systemImpl.DeadLetters;
            if (restartsTimeout && _pendingReceiveTimeout is not null)
                CancelReceiveTimeout();
            if (message is IAutoReceivedMessage)
                AutoReceiveMessage(envelope);
            else
                ReceiveMessage(message);
            CurrentMessage = null;
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
        finally
        {
            CheckReceiveTimeout(restartsTimeout);
        }
    }

    protected internal virtual void AutoReceiveMessage(Envelope envelope)
    {
        if (_systemImpl.Settings.DebugAutoReceive)
            Publish(
                new Debug(_self.Path.ToString(), _actor?.GetType(), "received AutoReceiveMessage " + envelope.Message)
            );
        switch (envelope.Message)
        {
            case Terminated terminated:
                ReceivedTerminated(terminated);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                _self.Stop();
                break;
            case ActorSelectionMessage selection:
                Akka.Actor.ActorSelection.Deliver(_self, Sender, selection);
                break;
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, _self));
                break;
        }
    }

    /// <summary>Handles a message on the calling thread, past the mailbox.</summary>
    public void ReceiveMessageForTest(Envelope envelope)
    {
        CurrentMessage = envelope.Message;
        Sender = envelope.Sender;
        try
        {
            ReceiveMessage(envelope.Message);
        }
        finally
        {
            CurrentMessage = null;
            Sender = _systemImpl.DeadLetters;
        }
    }

    protected virtual void ReceiveMessage(object message)
    {
        bool handled = _actor.AroundReceive(_behavior, message);
        if (_systemImpl.Settings.AddLoggingReceive && _actor is ILogReceive)
            Publish(
                new Debug(
                    _self.Path.ToString(),
                    _actor.GetType(),
                    $"received {(handled ? "handled" : "unhandled")} message {message} from {Sender.Path}"
                )
            );
    }

    protected void Stash(SystemMessage msg) => (_stashedSystemMessages ??= []).Add(msg);

    /// <summary>
    /// Handles one system message, and those kept back from earlier when it made the actor ready for them: a suspended
    /// actor takes no <see cref="Failed"/>, one that waits for its children no order to restart, resume or suspend.
    /// </summary>
    internal void SystemInvoke(SystemMessage message)
    {
        Readiness before = CurrentReadiness;
        Queue<SystemMessage> rest = null;
        while (true)
        {
            try
            {
                if (MustWait(message, before))
                    Stash(message);
                else
                    Handle(message);
            }
            catch (Exception e)
            {
                HandleInvokeFailure(e);
            }

            Readiness now = CurrentReadiness;
            if (now < before && _stashedSystemMessages is { Count: > 0 } stashed)
            {
                _stashedSystemMessages = null;
                rest ??= new Queue<SystemMessage>();
                foreach (SystemMessage kept in stashed)
                    rest.Enqueue(kept);
            }

            if (rest is null || rest.Count == 0)
                return;
            if (IsTerminated)
            {
                foreach (SystemMessage late in rest)
                    _systemImpl.Provider.DeadLetters.Tell(late, _self);
                return;
            }

            before = now;
            message = rest.Dequeue();
        }
    }

    private enum Readiness
    {
        Ready,
        Suspended,
        SuspendedWaitingForChildren,
    }

    private Readiness CurrentReadiness
    {
        get
        {
            if (!_mailbox.IsSuspended)
                return Readiness.Ready;
            return _children is { IsWaitingToBuild: true }
                ? Readiness.SuspendedWaitingForChildren
                : Readiness.Suspended;
        }
    }

    private static bool MustWait(SystemMessage message, Readiness readiness) =>
        readiness switch
        {
            Readiness.SuspendedWaitingForChildren => message is IStashWhenWaitingForChildren,
            Readiness.Suspended => message is IStashWhenFailed,
            _ => false,
        };

    private void Handle(SystemMessage message)
    {
        switch (message)
        {
            case ActorTaskSchedulerMessage task:
                HandleTask(task);
                break;
            case Failed failed:
                HandleFailed(failed);
                break;
            case DeathWatchNotification notification:
                WatchedActorTerminated(
                    notification.Actor,
                    notification.ExistenceConfirmed,
                    notification.AddressTerminated
                );
                break;
            case Create create:
                Create(create.Failure);
                break;
            case Watch watch:
                AddWatcher(watch.Watchee, watch.Watcher);
                break;
            case Unwatch unwatch:
                RemWatcher(unwatch.Watchee, unwatch.Watcher);
                break;
            case Recreate recreate:
                FaultRecreate(recreate.Cause);
                break;
            case Dispatch.SysMsg.Suspend:
                FaultSuspend();
                break;
            case Resume resume:
                FaultResume(resume.CausedByFailure);
                break;
            case Dispatch.SysMsg.Terminate:
                Terminate();
                break;
            case Supervise supervise:
                HandleSupervise(supervise.Child);
                break;
            default:
                throw new NotSupportedException($"Unknown message {message.GetType().Name}");
        }
    }

    private void HandleSupervise(IActorRef child)
    {
        if (IsTerminating)
            return;
        if (InitChild((IInternalActorRef)child) is null)
            Publish(
                new Debug(
                    _self.Path.ToString(),
                    ActorType,
                    $"received Supervise from unregistered child {child.Path}, this will not end well"
                )
            );
        else if (_systemImpl.Settings.DebugLifecycle)
            Publish(new Debug(_self.Path.ToString(), ActorType, "now supervising " + child.Path));
    }

    private void HandleTask(ActorTaskSchedulerMessage task)
    {
        CurrentMessage = task.Message;
        if (task.Exception is { } failure)
        {
            // The suspension of the async receive ends here; that of the failure begins.
            Resume(failure);
            HandleInvokeFailure(failure);
            return;
        }

        task.ExecuteTask();
        CurrentMessage = null;
    }
}
