namespace Akka.Reactor.EventLoop;

/// <summary>The result of one look at a loop.</summary>
internal enum StallFinding : byte
{
    None,

    /// <summary>The current run has held the loop for longer than the limit. Reported once per stall.</summary>
    Begun,

    /// <summary>The run that was reported has let the loop go.</summary>
    Ended,
}

/// <summary>
/// Detects, from looks at one loop now and then, whether a run holds the loop too long. The time counts from the first look that
/// saw the run, so that a stall is never reported too early.
/// </summary>
/// <param name="limitMilliseconds">A run that holds the loop for this number of milliseconds holds it too long.</param>
internal sealed class StallDetector(double limitMilliseconds)
{
    private int _number;
    private bool _told;
    private double _heldFor;

    /// <summary>The number of milliseconds for which the looks had seen the run that the last look's finding is about.</summary>
    internal double HeldFor { get; private set; }

    /// <summary>True if the last look saw the loop at work, or saw that the loop had worked since the look before.</summary>
    internal bool IsActive { get; private set; }

    /// <summary>Takes a look at the loop.</summary>
    /// <param name="number">The number of the current run. It changes with every run.</param>
    /// <param name="isBusy">False while the loop waits.</param>
    /// <param name="elapsedMilliseconds">The time since the last look.</param>
    internal StallFinding Look(int number, bool isBusy, double elapsedMilliseconds)
    {
        bool same = number == _number && isBusy;
        IsActive = isBusy || number != _number;
        _number = number;
        HeldFor = _heldFor + elapsedMilliseconds;
        _heldFor = same ? HeldFor : 0;
        if (!same)
        {
            bool ended = _told;
            _told = false;
            return ended ? StallFinding.Ended : StallFinding.None;
        }

        if (_told || HeldFor < limitMilliseconds)
        {
            return StallFinding.None;
        }

        _told = true;
        return StallFinding.Begun;
    }
}
