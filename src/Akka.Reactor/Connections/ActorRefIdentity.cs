using Akka.Actor;

namespace Akka.Reactor.Connections;

/// <summary>Whether two refs are the same actor's, which with every message is asked of two that are one object.</summary>
internal static class ActorRefIdentity
{
    /// <summary>
    /// As <c>Equals</c>, which compares paths. A channel's ref is one object, and its path is not made unless somebody
    /// needs it.
    /// </summary>
    internal static bool Is(this IActorRef one, IActorRef? other) =>
        ReferenceEquals(one, other) || (one is not TransportRef && other is not TransportRef && one.Equals(other));
}
