using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>
/// A descriptor an engine watches. Made and numbered by the engine; used on its loop only. The generation tells this
/// registration from an earlier one of the same descriptor: an event of another generation is stale and dropped.
/// </summary>
internal sealed class Registration
{
    internal Registration(nint descriptor, SocketKind kind, object target, int slot, uint generation)
    {
        Descriptor = descriptor;
        Kind = kind;
        Target = target;
        Slot = slot;
        Generation = generation;
    }

    internal nint Descriptor { get; }

    internal SocketKind Kind { get; }

    /// <summary>Whom the events are for; the engine carries it and never looks at it.</summary>
    internal object Target { get; }

    /// <summary>The engine's place for this registration.</summary>
    internal int Slot { get; }

    internal uint Generation { get; }

    /// <summary>Slot and generation as one number, for engines that hand a number to the system and get it back.</summary>
    internal ulong Token => ((ulong)Generation << 32) | (uint)Slot;

    /// <summary>What was asked for last. Written by the engine.</summary>
    internal Interest Interest { get; set; }

    /// <summary>What the operating system was told last. The engine's own.</summary>
    internal Interest Applied { get; set; }

    /// <summary>Where it stands in a list of the engine's. The engine's own.</summary>
    internal int Place { get; set; }

    /// <summary>True while the engine has it on its list of changes. The engine's own.</summary>
    internal bool Changed { get; set; }

    /// <summary>
    /// What a completion engine knows of this socket beyond its interest: bytes received and not handed over yet, a send
    /// under way. The engine's own; outlives the registration, see <see cref="IEngine.Register"/>.
    /// </summary>
    internal object? State { get; set; }

    /// <summary>
    /// The error that the engine has met or was told, and that the socket therefore may know no more; succeeded when there is
    /// none. Written by the engine.
    /// </summary>
    internal IoResult TakenError { get; set; }

    /// <summary>
    /// Connections that a completion engine has accepted already: so many times <see cref="IEngine.Accept"/> gives one
    /// without asking the system. Written by the engine.
    /// </summary>
    internal int AcceptedAhead { get; set; }

    /// <summary>The socket's error, which this takes: its own, or the one its engine has met in its stead.</summary>
    internal (SocketFault Fault, int Errno) TakeError(ISockets sockets)
    {
        (SocketFault Fault, int Errno) error = sockets.TakeError(Descriptor);
        (_, SocketFault fault, int errno) = TakenError;
        TakenError = default;
        return error.Fault == SocketFault.None ? (fault, errno) : error;
    }

    /// <summary>False once deregistered. Written by the engine.</summary>
    internal bool Active { get; set; } = true;
}
