using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public partial class ActorCell
{
    // Who failed: this actor, or a child whose failure it could not handle; null while all is well.
    private IActorRef _perpetrator;

    private void Create(Exception failure)
    {
        if (failure is not null)
            throw failure;
        try
        {
            _actor = NewActor();
            _actor.AroundPreStart();
            CheckReceiveTimeout();
            if (_systemImpl.Settings.DebugLifecycle)
                Publish(new Debug(_self.Path.ToString(), _actor.GetType(), $"Started ({_actor})"));
        }
        catch (Exception e)
        {
            if (_actor is not null)
            {
                ClearActor(_actor);
                // No actor means: creation failed, so a restart has to create and not to recreate.
                _actor = null;
            }

            throw new ActorInitializationException(_self, "Exception during creation", e);
        }
    }

    private void HandleInvokeFailure(Exception cause, IReadOnlyCollection<IActorRef> childrenNotToSuspend = null)
    {
        if (_perpetrator is not null)
            return;
        try
        {
            Dispatcher.Suspend(this);
            if (CurrentMessage is Failed)
            {
                // A child's failure that is escalated: the child is suspended already.
                IActorRef failedChild = Sender;
                childrenNotToSuspend = childrenNotToSuspend is null
                    ? [failedChild]
                    : [.. childrenNotToSuspend, failedChild];
                _perpetrator = failedChild;
            }
            else
            {
                _perpetrator = _self;
            }

            SuspendChildren(childrenNotToSuspend);
            Parent.SendSystemMessage(new Failed(_self, cause, _self.Path.Uid));
        }
        catch (Exception e)
        {
            Publish(
                new Error(
                    e,
                    _self.Path.ToString(),
                    ActorType,
                    "Emergency stop: exception in failure handling for " + cause
                )
            );
            try
            {
                StopChildren();
            }
            finally
            {
                FinishTerminate();
            }
        }
    }

    private void FaultSuspend()
    {
        Dispatcher.Suspend(this);
        SuspendChildren();
    }

    private void FaultResume(Exception causedByFailure)
    {
        if (_actor is null)
        {
            Publish(
                new Error(
                    null,
                    _self.Path.ToString(),
                    GetType(),
                    "Changing Resume into Create after " + causedByFailure
                )
            );
            FaultCreate();
            return;
        }

        IActorRef perpetrator = _perpetrator;
        try
        {
            Dispatcher.Resume(this);
        }
        finally
        {
            if (causedByFailure is not null)
                _perpetrator = null;
        }

        ResumeChildren(causedByFailure, perpetrator);
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            Publish(new Error(null, _self.Path.ToString(), GetType(), "Changing Recreate into Create after " + cause));
            FaultCreate();
            return;
        }

        if (!IsNormal)
        {
            // Stopping or being rebuilt already: only the suspension has to be taken back.
            FaultResume(null);
            return;
        }

        ActorBase failed = _actor;
        if (_systemImpl.Settings.DebugLifecycle)
            Publish(new Debug(_self.Path.ToString(), failed.GetType(), "Restarting"));
        object message = CurrentMessage;
        try
        {
            failed.AroundPreRestart(cause, message);
            UnstashAll(failed);
        }
        catch (Exception e)
        {
            var reported = new PreRestartException(_self, e, cause, message);
            Publish(new Error(reported, _self.Path.ToString(), failed.GetType(), e.Message));
        }
        finally
        {
            ClearActor(failed);
        }

        if (!WaitForChildren(WaitingFor.Recreation, cause))
            FinishRecreate(cause, failed);
    }

    private void FinishRecreate(Exception cause, ActorBase failed)
    {
        IReadOnlyList<IInternalActorRef> survivors = ChildRefs;
        try
        {
            try
            {
                Dispatcher.Resume(this);
            }
            finally
            {
                // In any case, so that a failure of the new instance is reported again.
                _perpetrator = null;
            }

            ActorBase fresh = NewActor();
            _actor = fresh;
            if (ReferenceEquals(fresh, failed))
                SetActorFields(fresh);
            fresh.AroundPostRestart(cause, null);
            if (_systemImpl.Settings.DebugLifecycle)
                Publish(new Debug(_self.Path.ToString(), fresh.GetType(), $"Restarted ({fresh})"));
            foreach (IInternalActorRef child in survivors)
                child.Restart(cause);
        }
        catch (Exception e)
        {
            // Cleared, so that its PreRestart does not run a second time.
            ClearActor(_actor);
            HandleInvokeFailure(new PostRestartException(_self, e, cause), survivors);
        }
    }

    private void FaultCreate()
    {
        SetReceiveTimeout();
        CancelReceiveTimeout();
        StopChildren();
        if (!WaitForChildren(WaitingFor.Creation))
            FinishCreate();
    }

    private void FinishCreate()
    {
        try
        {
            Dispatcher.Resume(this);
        }
        finally
        {
            _perpetrator = null;
        }

        try
        {
            Create(failure: null);
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
    }

    private void Terminate()
    {
        SetReceiveTimeout();
        CancelReceiveTimeout();
        UnwatchWatchedActors(_actor);
        StopChildren();

        bool wasTerminating = IsTerminating;
        if (WaitForChildren(WaitingFor.Termination))
        {
            if (wasTerminating)
                return;
            // From here on only system messages: the actor lives until its last child is gone.
            Dispatcher.Suspend(this);
            _perpetrator = _self;
            if (_systemImpl.Settings.DebugLifecycle)
                Publish(new Debug(_self.Path.ToString(), ActorType, "Stopping"));
        }
        else
        {
            SetTerminated();
            FinishTerminate();
        }
    }

    /// <summary>The end. Each step is taken even if the one before it threw.</summary>
    private void FinishTerminate()
    {
        ActorBase actor = _actor;
        try
        {
            if (actor is not null)
            {
                actor.AroundPostStop();
                UnstashAll(actor);
            }
        }
        catch (Exception e)
        {
            Publish(new Error(e, _self.Path.ToString(), ActorType, e.Message));
        }

        try
        {
            Dispatcher.Detach(this);
        }
        finally
        {
            try
            {
                Parent.SendSystemMessage(
                    new DeathWatchNotification(_self, existenceConfirmed: true, addressTerminated: false)
                );
            }
            finally
            {
                try
                {
                    TellWatchersWeDied();
                }
                finally
                {
                    try
                    {
                        UnwatchWatchedActors(actor);
                    }
                    finally
                    {
                        if (_systemImpl.Settings.DebugLifecycle)
                            Publish(new Debug(_self.Path.ToString(), ActorType, "Stopped"));
                        ClearActor(actor);
                        ClearActorCell();
                        _actor = null;
                    }
                }
            }
        }
    }

    private void HandleFailed(Failed failed)
    {
        CurrentMessage = failed;
        IActorRef child = failed.Child;
        Sender = child.IsNobody() ? _systemImpl.DeadLetters : child;
        if (!TryGetChildStatsByRef(child, out ChildRestartStats stats))
        {
            Publish(
                new Debug(
                    _self.Path.ToString(),
                    ActorType,
                    $"Dropping Failed({failed.Cause}) from unknown child {child}"
                )
            );
        }
        else if (stats.Uid != failed.Uid)
        {
            Publish(
                new Debug(
                    _self.Path.ToString(),
                    ActorType,
                    $"Dropping Failed({failed.Cause}) from old child {child} (uid={stats.Uid} != {failed.Uid})"
                )
            );
        }
        else if (!_actor.SupervisorStrategyInternal.HandleFailure(this, child, failed.Cause, stats, _children.Stats))
        {
            // Escalated: our own failure now, with the stack where it came from.
            ExceptionDispatchInfo.Capture(failed.Cause).Throw();
        }
    }

    private void HandleChildTerminated(IActorRef child)
    {
        WaitingFor waited = _children.Remove(child, out Exception cause);
        if (_actor is not null)
        {
            try
            {
                _actor.SupervisorStrategyInternal.HandleChildTerminated(this, child, GetChildren());
            }
            catch (Exception e)
            {
                Publish(new Error(e, _self.Path.ToString(), ActorType, "HandleChildTerminated failed"));
                HandleInvokeFailure(e);
            }
        }

        switch (waited)
        {
            case WaitingFor.Recreation:
                FinishRecreate(cause, _actor);
                break;
            case WaitingFor.Creation:
                FinishCreate();
                break;
            case WaitingFor.Termination:
                FinishTerminate();
                break;
        }
    }

    private static void UnstashAll(ActorBase actor)
    {
        // What an instance stashed goes back to the mailbox when the instance goes.
        if (actor is IActorStash { Stash: { } stash })
            stash.UnstashAll();
    }
}
