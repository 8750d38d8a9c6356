using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor.Internal;
using Akka.Util;

namespace Akka.Actor;

public partial class ActorCell
{
    private Children _children;
    private long _lastChildNumber = -1;

    protected bool IsNormal => _children?.IsNormal != false;

    protected bool IsTerminating => _children is { IsTerminating: true };

    /// <summary>Safe from any thread, and only on a guardian's cell.</summary>
    public virtual IActorRef AttachChild(Props props, bool isSystemService, string name = null) =>
        MakeChild(props, name is null ? NextChildName() : CheckName(name), async: true, isSystemService);

    public virtual IActorRef ActorOf(Props props, string name = null) =>
        MakeChild(props, name is null ? NextChildName() : CheckName(name), async: false, isSystemService: false);

    public void Stop(IActorRef child)
    {
        if (_children?.TryGetByRef(child, out _) == true)
            _children.ShallDie(child);
        ((IInternalActorRef)child).Stop();
    }

    public void ReserveChild(string name) => OwnChildren().Reserve(name);

    protected void UnreserveChild(string name) => _children?.Unreserve(name);

    public ChildRestartStats InitChild(IInternalActorRef actor) => _children?.Init(actor);

    public bool TryGetChildStatsByName(string name, out IChildStats child)
    {
        child = null;
        return _children?.TryGetByName(name, out child) == true;
    }

    protected bool TryGetChildStatsByRef(IActorRef actor, out ChildRestartStats child)
    {
        child = null;
        return _children?.TryGetByRef(actor, out child) == true;
    }

    public IInternalActorRef GetSingleChild(string name)
    {
        (string bare, long uid) = SplitNameAndUid(name);
        return
            TryGetChildStatsByName(bare, out IChildStats stats)
            && stats is ChildRestartStats child
            && (uid == UndefinedUid || uid == child.Uid)
            ? child.Child
            : ActorRefs.Nobody;
    }

    IActorRef IActorContext.Child(string name) =>
        TryGetChildStatsByName(name, out IChildStats stats) && stats is ChildRestartStats child
            ? child.Child
            : ActorRefs.Nobody;

    IEnumerable<IActorRef> IActorContext.GetChildren() => GetChildren();

    /// <summary>The children at the moment the sequence is first walked.</summary>
    public IEnumerable<IInternalActorRef> GetChildren()
    {
        // Lazy, because a supervisor is handed it for every child that stops and hardly ever looks at it.
        foreach (IInternalActorRef child in ChildRefs)
            yield return child;
    }

    protected void SetTerminated() => OwnChildren().SetTerminated();

    private IReadOnlyList<IInternalActorRef> ChildRefs => _children?.Refs ?? [];

    private Children OwnChildren()
    {
        Children present = Volatile.Read(ref _children);
        if (present is not null)
            return present;
        var fresh = new Children();
        return Interlocked.CompareExchange(ref _children, fresh, null) ?? fresh;
    }

    private bool WaitForChildren(WaitingFor reason, Exception cause = null) =>
        _children?.SetReason(reason, cause) == true;

    private void StopChildren()
    {
        foreach (IInternalActorRef child in ChildRefs)
            Stop(child);
    }

    private void SuspendChildren(IReadOnlyCollection<IActorRef> exceptFor = null)
    {
        foreach (IInternalActorRef child in ChildRefs)
        {
            if (exceptFor is null || !Contains(exceptFor, child))
                child.Suspend();
        }
    }

    private static bool Contains(IReadOnlyCollection<IActorRef> refs, IActorRef wanted)
    {
        foreach (IActorRef candidate in refs)
        {
            if (candidate.Equals(wanted))
                return true;
        }

        return false;
    }

    private void ResumeChildren(Exception causedByFailure, IActorRef perpetrator)
    {
        foreach (IInternalActorRef child in ChildRefs)
            child.Resume(perpetrator is not null && child.Equals(perpetrator) ? causedByFailure : null);
    }

    private string NextChildName() => Base64Names.Encode(Interlocked.Increment(ref _lastChildNumber), "$");

    private static string CheckName(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
            throw new InvalidActorNameException($"Illegal actor name [{name}]. {ActorPath.ValidActorNameDescription}");
        return name;
    }

    private IInternalActorRef MakeChild(Props props, string name, bool async, bool isSystemService)
    {
        if (IsTerminating)
            throw new InvalidOperationException("Cannot create child while terminating or terminated");
        Children children = OwnChildren();
        children.Reserve(name);
        IInternalActorRef child;
        try
        {
            child = _systemImpl.Provider.ActorOf(
                _systemImpl,
                props,
                _self,
                new ChildActorPath(_self.Path, name, NewUid()),
                isSystemService,
                deploy: null,
                lookupDeploy: true,
                async
            );
        }
        catch
        {
            children.Unreserve(name);
            throw;
        }

        // A suspended parent's new children start suspended as well, once for each of its own suspensions.
        if (_mailbox is not null && _perpetrator is not null)
        {
            for (int i = 0; i < _mailbox.SuspendCount; i++)
                child.Suspend();
        }

        if (children.Init(child) is null)
            throw new InvalidOperationException("Cannot create child while terminating or terminated");
        child.Start();
        return child;
    }
}
