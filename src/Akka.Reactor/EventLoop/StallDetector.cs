namespace Akka.Reactor.EventLoop;

/// <summary>What a look at a loop found.</summary>
internal enum StallFinding : byte
{
    None,

    /// <summary>What runs has held the loop for longer than it may. Told once.</summary>
    Begun,

    /// <summary>What was told of has let the loop go.</summary>
    Ended,
}

/// <summary>
/// Tells from looks at one loop, taken now and then, whether something holds it too long. It measures from the first look
/// that saw it, so it never accuses anybody early.
/// </summary>
/// <param name="limitMilliseconds">How long is too long.</param>
internal sealed class StallDetector(double limitMilliseconds)
{
    private int _number;
    private bool _told;
    private double _heldFor;

    /// <summary>For how many milliseconds what was told of by the last look was seen to run.</summary>
    internal double HeldFor { get; private set; }

    /// <summary>The last look saw the loop at work, or having worked since the look before.</summary>
    internal bool IsActive { get; private set; }

    /// <summary>Takes a look.</summary>
    /// <param name="number">Another one for whatever the loop runs.</param>
    /// <param name="isBusy">False while the loop waits.</param>
    /// <param name="elapsedMilliseconds">Since the last look.</param>
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
