using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Code the test actor runs for each message before it queues it, typically to reply by itself.</summary>
public abstract class AutoPilot
{
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <summary>Handles one message on the test actor and names the pilot for the next one;
    /// <see cref="KeepRunning"/> keeps this one.</summary>
    public abstract AutoPilot Run(IActorRef sender, object message);
}
