using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Selectors;

/// <summary>Whose turn it is among several selectors.</summary>
internal static class SelectorTurns
{
    /// <summary>
    /// The next one that was not stopped for good; were they all, the next one, which then refuses with the true reason.
    /// </summary>
    /// <param name="selectors">At least one.</param>
    /// <param name="turn">Counted on; the caller's, on whichever threads.</param>
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

    /// <summary>The one with this loop; the next one where that is null, or none of these.</summary>
    internal static Selector On(this IReadOnlyList<Selector> selectors, ReactorLoop? loop, ref uint turn) =>
        selectors.FirstOrDefault(selector => selector.Loop == loop) ?? selectors.Next(ref turn);

    private static Selector Take(IReadOnlyList<Selector> selectors, ref uint turn) =>
        selectors[(int)((Interlocked.Increment(ref turn) - 1) % (uint)selectors.Count)];
}
