using Akka.Actor;

namespace Akka.Reactor.Connections;

/// <summary>Whether two refs are the same actor's, which with every message is asked of two that are one object.</summary>
internal static class ActorRefIdentity
{
    /// <summary>As <c>Equals</c>, which compares paths: those of transports are not made unless somebody needs them.</summary>
    internal static bool Is(this IActorRef one, IActorRef other) => ReferenceEquals(one, other) || one.Equals(other);
}
