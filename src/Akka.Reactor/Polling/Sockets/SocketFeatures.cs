using System;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>What not every system's sockets have.</summary>
[Flags]
internal enum SocketFeatures : byte
{
    None = 0,

    /// <summary><see cref="SocketOptions.UserTimeout"/>.</summary>
    UserTimeout = 1,

    /// <summary><see cref="ListenOptions.ReusePort"/>.</summary>
    ReusePort = 2,

    /// <summary>Unix sockets.</summary>
    UnixSockets = 4,

    /// <summary><see cref="ISockets.Unacknowledged"/> knows.</summary>
    Acknowledgements = 8,

    /// <summary>Engines of this system can <see cref="IEngine.SendFile"/>.</summary>
    SendFile = 16,
}
