using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Akka.Actor.Internal;

/// <summary>Why a cell waits for children to stop.</summary>
internal enum WaitingFor
{
    /// <summary>It does not: the user stopped some children.</summary>
    Nothing,

    /// <summary>To build the first instance again.</summary>
    Creation,

    /// <summary>To build the next instance.</summary>
    Recreation,

    /// <summary>To stop.</summary>
    Termination,
}

/// <summary>
/// The children of one cell. Its actor changes them, and for a guardian also any thread that creates a top-level actor;
/// hence the lock, which nobody else ever holds for long.
/// </summary>
internal sealed class Children
{
    private readonly Lock _gate = new();
    private Dictionary<string, IChildStats> _byName;
    private HashSet<IActorRef> _dying;
    private WaitingFor _reason;
    private Exception _cause;
    private bool _terminated;

    public bool IsTerminating
    {
        get
        {
            lock (_gate)
                return _terminated || _reason == WaitingFor.Termination;
        }
    }

    /// <summary>Neither being rebuilt nor stopping; children that the user is stopping do not count.</summary>
    public bool IsNormal
    {
        get
        {
            lock (_gate)
                return !_terminated && _reason == WaitingFor.Nothing;
        }
    }

    /// <summary>System messages that change the life of the actor have to wait until its children are gone.</summary>
    public bool IsWaitingToBuild
    {
        get
        {
            lock (_gate)
                return _reason is WaitingFor.Creation or WaitingFor.Recreation;
        }
    }

    public IReadOnlyList<IInternalActorRef> Refs
    {
        get
        {
            lock (_gate)
            {
                if (_byName is null || _byName.Count == 0)
                    return [];
                var refs = new List<IInternalActorRef>(_byName.Count);
                foreach (IChildStats stats in _byName.Values)
                {
                    if (stats is ChildRestartStats child)
                        refs.Add(child.Child);
                }

                return refs;
            }
        }
    }

    public IReadOnlyCollection<ChildRestartStats> Stats
    {
        get
        {
            lock (_gate)
                return _byName is null ? [] : _byName.Values.OfType<ChildRestartStats>().ToArray();
        }
    }

    public void Reserve(string name)
    {
        lock (_gate)
        {
            if (_terminated || _reason == WaitingFor.Termination)
                throw new InvalidOperationException(
                    $"Cannot reserve actor name '{name}': {(_terminated ? "terminated" : "terminating")}"
                );
            _byName ??= new Dictionary<string, IChildStats>(StringComparer.Ordinal);
            if (!_byName.TryAdd(name, ChildNameReserved.Instance))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
        }
    }

    public void Unreserve(string name)
    {
        lock (_gate)
        {
            if (_byName?.GetValueOrDefault(name) is ChildNameReserved)
                _byName.Remove(name);
        }
    }

    /// <summary>Puts the child under its reserved name; null when the name is no longer reserved.</summary>
    public ChildRestartStats Init(IInternalActorRef child)
    {
        lock (_gate)
        {
            string name = child.Path.Name;
            if (_terminated || _byName is null || !_byName.TryGetValue(name, out IChildStats present))
                return null;
            if (present is ChildRestartStats known)
                return known;
            var stats = new ChildRestartStats(child);
            _byName[name] = stats;
            return stats;
        }
    }

    public bool TryGetByName(string name, out IChildStats stats)
    {
        lock (_gate)
        {
            stats = null;
            return _byName?.TryGetValue(name, out stats) == true;
        }
    }

    public bool TryGetByRef(IActorRef actor, out ChildRestartStats stats)
    {
        lock (_gate)
        {
            stats = _byName?.GetValueOrDefault(actor.Path.Name) as ChildRestartStats;
            if (stats is not null && actor.Equals(stats.Child))
                return true;
            stats = null;
            return false;
        }
    }

    public void ShallDie(IActorRef child)
    {
        lock (_gate)
        {
            if (!_terminated)
                (_dying ??= []).Add(child);
        }
    }

    /// <summary>Notes what to do when the last dying child is gone; false when none is dying, so that it can be done now.</summary>
    public bool SetReason(WaitingFor reason, Exception cause = null)
    {
        lock (_gate)
        {
            if (_dying is null || _dying.Count == 0)
                return false;
            _reason = reason;
            _cause = cause;
            return true;
        }
    }

    public void SetTerminated()
    {
        lock (_gate)
        {
            _terminated = true;
            _byName = null;
            _dying = null;
            _reason = WaitingFor.Nothing;
        }
    }

    /// <summary>Takes a dead child out; returns what was waiting for it if it was the last.</summary>
    public WaitingFor Remove(IActorRef child, out Exception cause)
    {
        lock (_gate)
        {
            cause = null;
            if (_byName?.GetValueOrDefault(child.Path.Name) is ChildRestartStats stats && child.Equals(stats.Child))
                _byName.Remove(child.Path.Name);
            if (_dying is null || !_dying.Remove(child) || _dying.Count > 0)
                return WaitingFor.Nothing;

            WaitingFor done = _reason;
            cause = _cause;
            _cause = null;
            if (done == WaitingFor.Termination)
            {
                _terminated = true;
                _byName = null;
            }

            _reason = WaitingFor.Nothing;
            return done;
        }
    }
}
