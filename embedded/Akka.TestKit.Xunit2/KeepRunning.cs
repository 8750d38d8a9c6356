using System;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A pilot's answer that it wants to stay; never run itself.</summary>
public sealed class KeepRunning : AutoPilot
{
    public static KeepRunning Instance = new();

    private KeepRunning() { }

    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("Must not call");
}
