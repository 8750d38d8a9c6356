using System;
using Akka.Actor;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor;

/// <summary>
/// Tells an actor a message after a time, by a deadline on the connection's loop: unlike Akka's scheduler it costs an idle
/// process nothing. Made once and started as often as you like; starting a running timer moves its end, which is cheap.
/// </summary>
/// <remarks>Used by its owner only. A message that is already in the mailbox is not taken back by <see cref="Stop"/>.</remarks>
public sealed class ConnectionTimer
{
    private readonly ReactorLoop _loop;
    private readonly TellDeadline _deadline;

    internal ConnectionTimer(ReactorLoop loop, IActorRef target, object message)
    {
        _loop = loop;
        _deadline = new TellDeadline(target, message, judgesPeer: true);
    }

    /// <summary>The message is told this much later, once; an infinite time stops the timer.</summary>
    public void Start(TimeSpan delay)
    {
        if (delay >= TimeSpan.Zero)
        {
            _loop.ArmFromAnywhere(_deadline, delay);
        }
        else
        {
            Stop();
        }
    }

    /// <summary>The message is not told. Does nothing when the timer does not run.</summary>
    public void Stop() => _loop.DisarmFromAnywhere(_deadline);
}
