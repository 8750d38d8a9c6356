using System.Collections.Generic;

namespace Akka.Reactor.Selectors;

/// <summary>Whose turn it is among several selectors.</summary>
internal static class SelectorTurns
{
    /// <summary>
    /// The next one that was not stopped for good; were they all, the next one, which then refuses with the true reason.
    /// </summary>
    /// <param name="selectors">At least one.</param>
    /// <param name="turn">Counted on; the caller's.</param>
    internal static Selector Next(this IReadOnlyList<Selector> selectors, ref uint turn)
    {
        for (int i = 0; i < selectors.Count; i++)
        {
            Selector selector = selectors[(int)(turn++ % (uint)selectors.Count)];
            if (!selector.IsStopped)
            {
                return selector;
            }
        }

        return selectors[(int)(turn++ % (uint)selectors.Count)];
    }
}
