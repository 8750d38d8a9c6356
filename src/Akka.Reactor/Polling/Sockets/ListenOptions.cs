using System.IO;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>The options of a listening socket, other than its address and its backlog.</summary>
internal sealed record ListenOptions
{
    internal static readonly ListenOptions Default = new();

    /// <summary>The options of the listening socket and of the sockets it accepts.</summary>
    internal SocketOptions Socket { get; init; } = SocketOptions.Default;

    /// <summary>True if other sockets with this option may listen at the same address (SO_REUSEPORT).</summary>
    internal bool ReusePort { get; init; }

    /// <summary>True if a socket at <c>[::]</c> does not accept IPv4.</summary>
    internal bool Ipv6Only { get; init; }

    /// <summary>The mode of a unix socket's file; null leaves the mode that results from the process's umask.</summary>
    internal UnixFileMode? UnixMode { get; init; }
}
