namespace Akka.Reactor.Polling.Sockets;

/// <summary>The faults that the layers above distinguish, whatever numbers the operating systems use for them.</summary>
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

    /// <summary>The process or the system is out of descriptors or socket memory: a later call may succeed.</summary>
    OutOfResources,
    NotConnected,

    /// <summary>The descriptor is closed, or is not a socket that supports the call: no later call will succeed.</summary>
    Invalid,
    Other,
}
