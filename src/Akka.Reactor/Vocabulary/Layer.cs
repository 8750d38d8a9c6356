using System;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>The treatment of bytes that were received and not consumed when a layer is put under a protocol.</summary>
public enum UnreadPolicy
{
    /// <summary>
    /// The bytes close the connection with <see cref="PeerViolationException"/>, because the peer had to wait (STARTTLS).
    /// </summary>
    Reject,

    /// <summary>
    /// The bytes go down to the new layer, because the peer may send ahead (a PROXY header followed by a ClientHello).
    /// </summary>
    Forward,
}

/// <summary>Describes a layer that can be put on a transport: its name, and the function that creates its actor.</summary>
/// <param name="Name">The name in the configuration, such as <c>tls</c>.</param>
/// <param name="Create">
/// The function that returns the Props of a layer actor (a <see cref="LayerActor"/>) for the given transport, which is the one
/// below the layer. It is called for every connection, on any thread.
/// </param>
public sealed record Layer(string Name, Func<IActorRef, Props> Create)
{
    /// <summary>The treatment of unconsumed bytes when the layer is put in while the connection lives.</summary>
    public UnreadPolicy Unread { get; init; } = UnreadPolicy.Reject;
}
