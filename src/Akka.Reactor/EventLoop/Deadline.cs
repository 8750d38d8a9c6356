namespace Akka.Reactor.EventLoop;

/// <summary>
/// Something to be done at a time, on a loop. Owned and armed by one object for its whole life, so that arming costs no
/// allocation. Used on its loop only.
/// </summary>
internal abstract class Deadline
{
    internal const long Never = long.MaxValue;

    /// <summary>
    /// When it is due, in milliseconds of the loop's clock (<see cref="ReactorLoop.PeerTime"/> if the deadline
    /// <see cref="JudgesPeer"/>), or <see cref="Never"/>.
    /// </summary>
    internal long DueAt { get; set; } = Never;

    /// <summary>The time it is filed under, which may be earlier than <see cref="DueAt"/>. The queue's own.</summary>
    internal long FiledAt { get; set; }

    /// <summary>Its place in the queue, or -1. The queue's own.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>
    /// Whether the deadline holds a peer, or somebody who speaks with one, to its time: then it expires only after all that was
    /// ready at that time was handed to its owners, and does not count time in which the loop was held up. See
    /// <see cref="Hearing"/> and <see cref="LoopTime"/>.
    /// </summary>
    internal virtual bool JudgesPeer => false;

    /// <summary>Called once when due; may arm the deadline again.</summary>
    internal abstract void Expire();
}
