using System;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Actor.Setup;

namespace Akka.Reactor;

/// <summary>
/// Says how the protocols that the configuration names are created, for example by a container for dependency injection. It is part
/// of the setup with which the system is created. Without it, such a protocol needs a public constructor without arguments. A protocol
/// that is an <see cref="IConfigured{T}"/> creates its own <see cref="Props"/> in both cases.
/// </summary>
/// <param name="props">
/// Returns the Props of a protocol, or throws a <see cref="ReactorConfigurationException"/> or another exception if the type cannot be
/// created. Called once for each listener and client of the configuration while the system starts.
/// </param>
public sealed class ProtocolSetup(ProtocolProps props) : Setup
{
    /// <summary>Returns the Props of a protocol.</summary>
    public ProtocolProps Props { get; } = props ?? throw new ArgumentNullException(nameof(props));
}

/// <summary>Returns the Props of a protocol that the configuration names.</summary>
/// <param name="system">The system, which is still starting.</param>
/// <param name="protocol">The type of the protocol, a concrete <see cref="ActorBase"/>.</param>
public delegate Props ProtocolProps(
    ActorSystem system,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type protocol
);
