namespace Akka.Reactor.Polling.Sockets;

/// <summary>What a registered descriptor is for. A readiness engine need not care; a completion engine starts accepts, receives or polls by it.</summary>
internal enum SocketKind : byte
{
    /// <summary>A connected socket.</summary>
    Stream,

    /// <summary>A listening socket: <see cref="IEngine.Accept"/> only.</summary>
    Listening,

    /// <summary>A connect in progress: its being writable is waited for, nothing else.</summary>
    ConnectInProgress,
}
