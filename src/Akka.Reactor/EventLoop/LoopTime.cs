namespace Akka.Reactor.EventLoop;

/// <summary>
/// What a loop notes of the time while it works, and how long it was held up: by a handler that blocked, or because its process was
/// stopped. Such time counts for no peer's silence. Milliseconds of the loop's clock. Pure. Mutable: keep it in a field.
/// </summary>
internal struct LoopTime
{
    // From here on the time between two looks at the clock is more than work.
    private const int HeldUpFrom = 50;

    private bool _waits;

    /// <summary>The last look at the clock.</summary>
    internal long Recent { get; private set; }

    /// <summary>
    /// Time, so far, in which the loop was held up. What was noted as <see cref="Recent"/> in a turn that was held up may lie before as
    /// much of it.
    /// </summary>
    internal long HeldUp { get; private set; }

    /// <summary>A look at the clock while the loop works.</summary>
    internal void Note(long now)
    {
        if (now - Recent >= HeldUpFrom)
        {
            HeldUp += now - Recent;
        }

        Recent = now;
    }

    /// <summary>A turn is over.</summary>
    /// <param name="now">The time.</param>
    /// <param name="waits">There is nothing to do: the time until the next turn is not work.</param>
    internal void TurnEnds(long now, bool waits)
    {
        Note(now);
        _waits = waits;
    }

    /// <summary>A turn begins.</summary>
    internal void TurnBegins(long now)
    {
        if (_waits)
        {
            Recent = now;
            _waits = false;
        }
        else
        {
            Note(now);
        }
    }
}
