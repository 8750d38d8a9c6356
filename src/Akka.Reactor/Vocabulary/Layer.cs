using System;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>What happens to bytes that were received and not consumed when a layer is put under a protocol.</summary>
public enum UnreadPolicy
{
    /// <summary>They close the connection with <see cref="PeerViolationException"/>: the peer had to wait (STARTTLS).</summary>
    Reject,

    /// <summary>They go down to the new layer: the peer may send ahead (PROXY header followed by a ClientHello).</summary>
    Forward,
}

/// <summary>A layer that can be put on a transport: its name and how its actor is made.</summary>
/// <param name="Name">As in configuration, such as <c>tls</c>.</param>
/// <param name="Create">
/// Makes the Props of a layer actor (a <see cref="LayerActor"/>) for the lower transport. Called for every connection,
/// on any thread.
/// </param>
public sealed record Layer(string Name, Func<IActorRef, Props> Create)
{
    /// <summary>The policy for bytes that wait when the layer is put in while the connection lives.</summary>
    public UnreadPolicy Unread { get; init; } = UnreadPolicy.Reject;
}
