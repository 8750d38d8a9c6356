using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Selectors;

/// <summary>
/// The memory that the connections of one loop hold, as far as the loop knows: received bytes that are not consumed, waiting writes at
/// their cost, and what layers and protocols report. Used on the loop only, except for members that say otherwise.
/// </summary>
internal sealed class LoopMemory : Deadline
{
    // How often a loop looks while the limit is exceeded.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly MemoryBudget _budget;
    private readonly Selector _selector;
    private readonly long _step;
    private long _used;
    private long _published;
    private bool _looksSoon;

    internal LoopMemory(MemoryBudget budget, Selector selector)
    {
        _budget = budget;
        _selector = selector;
        _step = budget.Step;
        budget.Add(this);
    }

    /// <summary>The limit for all loops. Can be read on any thread.</summary>
    internal MemoryBudget Budget => _budget;

    /// <summary>The bytes that the loop has counted.</summary>
    internal long Used => _used;

    /// <summary>The bytes that the loop has published last. Can be read on any thread.</summary>
    internal long Published => Volatile.Read(ref _published);

    /// <summary>True while the limit is exceeded, as this loop knows: connections that hold memory are not read.</summary>
    internal bool IsExceeded { get; private set; }

    /// <summary>Counts memory that a connection holds from now on; a negative number counts memory that it has freed.</summary>
    internal void Add(long bytes)
    {
        _used += bytes;
        if (Math.Abs(_used - _published) >= _step)
        {
            Volatile.Write(ref _published, _used);
            if (!IsExceeded && _budget.Used > _budget.Limit)
            {
                IsExceeded = true;
                _budget.Exceed(_selector.Loop.Now);
                _selector.Loop.Arm(this, Period);
            }
            else if (IsExceeded && !_looksSoon && _budget.Used > _budget.Most)
            {
                _looksSoon = true;
                LookSoon();
            }
        }
    }

    /// <summary>Lets the loop look whether the limit is exceeded. Can be called on any thread.</summary>
    internal void LookSoon() => _selector.Loop.Execute(new ActionRun(Look));

    internal override void Expire() => Look();

    private void Look()
    {
        _looksSoon = false;
        Volatile.Write(ref _published, _used);
        long now = _selector.Loop.Now;
        if (_budget.IsExceeded && _budget.Used > _budget.LowWater)
        {
            IsExceeded = true;
            _selector.Loop.Arm(this, Period);
            if (_budget.Share(now) is var share && share < _used)
            {
                Shed(share);
            }
        }
        else
        {
            _budget.Relieve(now);
            if (IsExceeded)
            {
                IsExceeded = false;
                _selector.ForEach(static socket => socket.OnMemoryFree());
            }

            if (_budget.Report(now))
            {
                _selector.Loop.Arm(this, TimeSpan.FromMilliseconds(TroublePeriod.Quiet));
            }
        }
    }

    // Ends connections, those that hold most first, until the others hold no more than the loop's share.
    private void Shed(long share)
    {
        List<Selectable> holders = [];
        _selector.ForEach(socket =>
        {
            if (socket.Held > 0)
            {
                holders.Add(socket);
            }
        });
        holders.Sort(static (one, other) => other.Held.CompareTo(one.Held));
        Selector.ForEach(
            holders.TakeWhile(_ => _used > share),
            holder =>
            {
                _budget.CountShed();
                holder.Shed(_budget.Used, _budget.Limit);
            }
        );

        Volatile.Write(ref _published, _used);
    }
}
