using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Selectors;

/// <summary>Chooses among several selectors in turn.</summary>
internal static class SelectorTurns
{
    /// <summary>
    /// Returns the next selector that was not stopped for good. If all were stopped, returns the next one, which then refuses with
    /// the true reason.
    /// </summary>
    /// <param name="selectors">At least one.</param>
    /// <param name="turn">The caller's counter, which is incremented here. Several threads may use it at the same time.</param>
    internal static Selector Next(this IReadOnlyList<Selector> selectors, ref uint turn)
    {
        for (int i = 0; i < selectors.Count; i++)
        {
            Selector selector = Take(selectors, ref turn);
            if (!selector.IsStopped)
            {
                return selector;
            }
        }

        return Take(selectors, ref turn);
    }

    /// <summary>
    /// Returns the selector of the given loop, or the next selector if the loop is null or belongs to none of the selectors.
    /// </summary>
    internal static Selector On(this IReadOnlyList<Selector> selectors, ReactorLoop? loop, ref uint turn) =>
        selectors.FirstOrDefault(selector => selector.Loop == loop) ?? selectors.Next(ref turn);

    private static Selector Take(IReadOnlyList<Selector> selectors, ref uint turn) =>
        selectors[(int)((Interlocked.Increment(ref turn) - 1) % (uint)selectors.Count)];
}
