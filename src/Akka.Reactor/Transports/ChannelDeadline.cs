using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Transports;

/// <summary>A deadline of a channel.</summary>
internal sealed class ChannelDeadline(ChannelTimeouts timeouts) : Deadline
{
    internal override bool JudgesPeer => true;

    internal override void Expire() => timeouts.Expired(this);
}
