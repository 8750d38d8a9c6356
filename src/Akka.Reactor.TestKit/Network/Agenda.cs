using System;
using System.Collections.Generic;

namespace Akka.Reactor.Simulated;

/// <summary>
/// The actions to run, ordered by time. Actions that are due at the same time run in the order in which they were added.
/// </summary>
internal sealed class Agenda
{
    internal const long Never = long.MaxValue;

    private readonly PriorityQueue<Action, (long Ticks, long Order)> _items = new();
    private long _order;

    /// <summary>The time at which the next action is due, or <see cref="Never"/>.</summary>
    internal long NextAt => _items.TryPeek(out _, out (long Ticks, long) next) ? next.Ticks : Never;

    internal void Add(long ticks, Action action) => _items.Enqueue(action, (ticks, _order++));

    /// <summary>Removes and returns the next action that is due at the given time. Returns null if there is none.</summary>
    internal Action? TakeDue(long ticks) => _items.Count > 0 && NextAt <= ticks ? _items.Dequeue() : null;
}
