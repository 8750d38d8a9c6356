namespace Akka.Reactor.Polling.Sockets;

/// <summary>The faults the layers above tell apart, whatever number an operating system gives them.</summary>
internal enum SocketFault : byte
{
    None,
    WouldBlock,
    InProgress,
    ConnectionReset,
    ConnectionAborted,
    ConnectionRefused,
    TimedOut,
    Unreachable,
    AddressInUse,
    AddressNotAvailable,
    AccessDenied,

    /// <summary>The process or the system is out of descriptors or socket memory: waiting helps.</summary>
    OutOfResources,
    NotConnected,

    /// <summary>The descriptor is closed, or no socket that can do this: no later call will do better.</summary>
    Invalid,
    Other,
}
