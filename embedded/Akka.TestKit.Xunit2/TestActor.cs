using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The commands the test actor understands; everything else told to it is a message for the test.</summary>
public static class TestActor
{
    /// <summary>Says whether a message is dropped instead of queued.</summary>
    public delegate bool Ignore(object message);

    /// <summary>Sets what is ignored from now on; null ignores nothing.</summary>
    public class SetIgnore : INoSerializationVerificationNeeded
    {
        public SetIgnore(Ignore ignore)
        {
            Ignore = ignore;
        }

        public Ignore Ignore { get; }
    }

    /// <summary>Makes the test actor watch an actor; answered, so that the watch is known to be in place.</summary>
    public class Watch : INoSerializationVerificationNeeded
    {
        public Watch(IActorRef actorToWatch)
        {
            Actor = actorToWatch;
        }

        public IActorRef Actor { get; }
    }

    /// <summary>Ends a watch; answered.</summary>
    public class Unwatch : INoSerializationVerificationNeeded
    {
        public Unwatch(IActorRef actorToUnwatch)
        {
            Actor = actorToUnwatch;
        }

        public IActorRef Actor { get; }
    }

    /// <summary>Sets the pilot.</summary>
    public class SetAutoPilot : INoSerializationVerificationNeeded
    {
        public SetAutoPilot(AutoPilot autoPilot)
        {
            AutoPilot = autoPilot;
        }

        public AutoPilot AutoPilot { get; }
    }

    /// <summary>Starts a child of the test actor; the child's reference is queued as a message.</summary>
    internal sealed class SpawnChild(Props props, string name) : INoSerializationVerificationNeeded
    {
        public Props Props { get; } = props;

        public string Name { get; } = name;
    }

    /// <summary>The answer to <see cref="Watch"/> and <see cref="Unwatch"/>.</summary>
    internal sealed class WatchChanged : INoSerializationVerificationNeeded
    {
        public static readonly WatchChanged Instance = new();

        private WatchChanged() { }
    }
}
