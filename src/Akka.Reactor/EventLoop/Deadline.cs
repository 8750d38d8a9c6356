namespace Akka.Reactor.EventLoop;

/// <summary>
/// Something to do at a certain time on a loop. One object owns the deadline and arms it for its whole life, so that arming costs
/// no allocation. It is used on its loop only.
/// </summary>
internal abstract class Deadline
{
    internal const long Never = long.MaxValue;

    /// <summary>
    /// The time at which the deadline is due, in milliseconds of the loop's clock (<see cref="ReactorLoop.PeerTime"/> if the
    /// deadline <see cref="JudgesPeer"/>), or <see cref="Never"/>.
    /// </summary>
    internal long DueAt { get; set; } = Never;

    /// <summary>
    /// The time under which the queue has filed the deadline. It may be earlier than <see cref="DueAt"/>. Used by the queue only.
    /// </summary>
    internal long FiledAt { get; set; }

    /// <summary>The position in the queue, or -1. Used by the queue only.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>
    /// True if the deadline limits the time of a peer, or of something that talks with a peer. Such a deadline expires only after
    /// everything that was ready at its time has been handed to its owners, and it does not count time in which the loop was held
    /// up. See <see cref="Hearing"/> and <see cref="LoopTime"/>.
    /// </summary>
    internal virtual bool JudgesPeer => false;

    /// <summary>Called once when the deadline is due. May arm the deadline again.</summary>
    internal abstract void Expire();
}
