using System;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>The features of sockets that not every system has.</summary>
[Flags]
internal enum SocketFeatures : byte
{
    None = 0,

    /// <summary>The system supports <see cref="SocketOptions.UserTimeout"/>.</summary>
    UserTimeout = 1,

    /// <summary>The system supports <see cref="ListenOptions.ReusePort"/>.</summary>
    ReusePort = 2,

    /// <summary>The system supports unix sockets.</summary>
    UnixSockets = 4,

    /// <summary><see cref="ISockets.Unacknowledged"/> returns the number of bytes.</summary>
    Acknowledgements = 8,

    /// <summary>The engines of this system support <see cref="IEngine.SendFile"/>.</summary>
    SendFile = 16,
}
