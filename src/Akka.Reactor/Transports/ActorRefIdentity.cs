using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>Whether two refs are the same actor's, which with every message is asked of two that are one object.</summary>
internal static class ActorRefIdentity
{
    /// <summary>
    /// As <c>Equals</c>, which compares paths. A channel's ref is one object, knows that itself, and must not be asked for its
    /// path by another.
    /// </summary>
    internal static bool Is(this IActorRef one, IActorRef? other) =>
        ReferenceEquals(one, other) || (other is not TransportRef && one.Equals(other));
}
