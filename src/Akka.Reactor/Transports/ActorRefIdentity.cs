using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>
/// Tests whether two refs belong to the same actor. Every message needs this test, and usually both refs are one object.
/// </summary>
internal static class ActorRefIdentity
{
    /// <summary>
    /// Compares like <c>Equals</c>, which compares paths. But a channel's ref is one object and compares itself by reference, so
    /// another ref must not ask it for its path.
    /// </summary>
    internal static bool Is(this IActorRef one, IActorRef? other) =>
        ReferenceEquals(one, other) || (other is not TransportRef && one.Equals(other));
}
