using System;
using System.Collections.Generic;

namespace Akka.Reactor.Simulated;

/// <summary>What is going to happen, by time; what is due at the same time comes in the order it was put down.</summary>
internal sealed class Agenda
{
    internal const long Never = long.MaxValue;

    private readonly PriorityQueue<Action, (long Ticks, long Order)> _items = new();
    private long _order;

    /// <summary>When the next is due, or <see cref="Never"/>.</summary>
    internal long NextAt => _items.TryPeek(out _, out (long Ticks, long) next) ? next.Ticks : Never;

    internal void Add(long ticks, Action action) => _items.Enqueue(action, (ticks, _order++));

    /// <summary>The next that is due at this time, or null.</summary>
    internal Action? TakeDue(long ticks) => _items.Count > 0 && NextAt <= ticks ? _items.Dequeue() : null;
}
