using System;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>A deadline that runs an action.</summary>
internal sealed class TestDeadline(Action expire, bool judgesPeer = false) : Deadline
{
    internal override bool JudgesPeer => judgesPeer;

    internal override void Expire() => expire();
}
