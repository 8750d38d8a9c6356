using System;
using Akka.Util;

namespace Akka.Actor.Internal;

/// <summary>What a parent keeps under a child's name.</summary>
public interface IChildStats { }

/// <summary>The name is taken, the child is still being made.</summary>
public class ChildNameReserved : IChildStats
{
    private ChildNameReserved() { }

    public static ChildNameReserved Instance { get; } = new();

    public override string ToString() => "Name Reserved";
}

/// <summary>A child and the count of its restarts.</summary>
public class ChildRestartStats : IChildStats
{
    public ChildRestartStats(
        IInternalActorRef child,
        uint maxNrOfRetriesCount = 0,
        long restartTimeWindowStartTicks = 0
    )
    {
        Child = child;
        MaxNrOfRetriesCount = maxNrOfRetriesCount;
        RestartTimeWindowStartTicks = restartTimeWindowStartTicks;
    }

    public long Uid => Child.Path.Uid;

    public IInternalActorRef Child { get; }

    public uint MaxNrOfRetriesCount { get; private set; }

    public long RestartTimeWindowStartTicks { get; private set; }

    /// <summary>
    /// Counts one restart and says whether it is allowed: at most that many within the time, or ever where no time is
    /// given; a time without a number allows one.
    /// </summary>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
            return false;
        bool limited = maxNrOfRetries > 0;
        if (withinTimeMilliseconds <= 0)
            return !limited || ++MaxNrOfRetriesCount <= maxNrOfRetries;

        long now = MonotonicClock.Elapsed.Ticks;
        if (RestartTimeWindowStartTicks == 0)
            RestartTimeWindowStartTicks = now;
        if (now - RestartTimeWindowStartTicks > withinTimeMilliseconds * TimeSpan.TicksPerMillisecond)
        {
            MaxNrOfRetriesCount = 1;
            RestartTimeWindowStartTicks = now;
            return true;
        }

        return ++MaxNrOfRetriesCount <= (limited ? maxNrOfRetries : 1);
    }
}
