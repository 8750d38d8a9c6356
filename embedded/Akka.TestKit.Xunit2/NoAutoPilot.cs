using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A pilot that does nothing, for ever.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    public static NoAutoPilot Instance = new();

    private NoAutoPilot() { }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}
