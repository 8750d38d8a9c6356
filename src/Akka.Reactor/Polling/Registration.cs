using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>
/// A descriptor that an engine watches. The engine creates and numbers the registration. It is used on its loop only. The
/// generation distinguishes this registration from an earlier one of the same descriptor: an event of another generation is stale
/// and is dropped.
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

    /// <summary>The object that the events are for. The engine carries it and never looks at it.</summary>
    internal object Target { get; }

    /// <summary>The position that the engine gave this registration.</summary>
    internal int Slot { get; }

    internal uint Generation { get; }

    /// <summary>The slot and the generation as one number, for engines that pass a number to the system and get it back.</summary>
    internal ulong Token => ((ulong)Generation << 32) | (uint)Slot;

    /// <summary>The interest that was requested last. Written by the engine.</summary>
    internal Interest Interest { get; set; }

    /// <summary>The interest that was passed to the operating system last. Used by the engine only.</summary>
    internal Interest Applied { get; set; }

    /// <summary>The position in one of the engine's lists. Used by the engine only.</summary>
    internal int Place { get; set; }

    /// <summary>True while the registration is on the engine's list of changes. Used by the engine only.</summary>
    internal bool Changed { get; set; }

    /// <summary>
    /// The data that a completion engine keeps for this socket beyond its interest: bytes received and not handed over yet, and a
    /// send in progress. Used by the engine only. The data outlives the registration, see <see cref="IEngine.Register"/>.
    /// </summary>
    internal object? State { get; set; }

    /// <summary>
    /// The error that the engine has met, or that the system has reported to the engine. The socket itself may therefore not have
    /// it any more. The value is a success if there is no error. Written by the engine.
    /// </summary>
    internal IoResult TakenError { get; set; }

    /// <summary>
    /// The number of connections that a completion engine has already accepted. <see cref="IEngine.Accept"/> returns these
    /// connections without asking the system. Written by the engine.
    /// </summary>
    internal int AcceptedAhead { get; set; }

    /// <summary>
    /// Returns and clears the socket's error: the one that the socket itself has, or else the one that the engine has taken from
    /// it.
    /// </summary>
    internal (SocketFault Fault, int Errno) TakeError(ISockets sockets)
    {
        (SocketFault Fault, int Errno) error = sockets.TakeError(Descriptor);
        (_, SocketFault fault, int errno) = TakenError;
        TakenError = default;
        return error.Fault == SocketFault.None ? (fault, errno) : error;
    }

    /// <summary>False after the registration was deregistered. Written by the engine.</summary>
    internal bool Active { get; set; } = true;
}
