namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// The purpose of a registered descriptor. A readiness engine may ignore it; a completion engine uses it to choose
/// between accepts, receives and polls.
/// </summary>
internal enum SocketKind : byte
{
    /// <summary>A connected socket.</summary>
    Stream,

    /// <summary>A listening socket, used by <see cref="IEngine.Accept"/> only.</summary>
    Listening,

    /// <summary>A connect in progress. The engine only waits until the socket is writable.</summary>
    ConnectInProgress,
}
