using System;
using Akka.Actor;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor;

/// <summary>
/// Sends a message to an actor after a given time, by a deadline on the connection's loop. Unlike a timer of Akka's scheduler it
/// costs an idle process nothing. The timer is created once and can be started any number of times. Starting a running timer again
/// moves its end, which is cheap.
/// </summary>
/// <remarks>
/// Only the owner may use the timer. <see cref="Stop"/> does not take back a message that is already in the mailbox.
/// </remarks>
public sealed class ConnectionTimer
{
    private readonly ReactorLoop _loop;
    private readonly TellDeadline _deadline;

    internal ConnectionTimer(ReactorLoop loop, IActorRef target, object message)
    {
        _loop = loop;
        _deadline = new TellDeadline(target, message, judgesPeer: true);
    }

    /// <summary>Sends the message once, after the given delay. An infinite delay stops the timer.</summary>
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

    /// <summary>Stops the timer: the message is not sent. Does nothing if the timer is not running.</summary>
    public void Stop() => _loop.DisarmFromAnywhere(_deadline);
}
