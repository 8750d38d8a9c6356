using System.IO;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>How a socket listens, beside its address and its backlog.</summary>
internal sealed record ListenOptions
{
    internal static readonly ListenOptions Default = new();

    /// <summary>For the socket, and for those it accepts.</summary>
    internal SocketOptions Socket { get; init; } = SocketOptions.Default;

    /// <summary>Others that ask for the same may listen at the same address (SO_REUSEPORT).</summary>
    internal bool ReusePort { get; init; }

    /// <summary>At <c>[::]</c> IPv4 is not taken too.</summary>
    internal bool Ipv6Only { get; init; }

    /// <summary>The mode of a unix socket's file; null leaves what the process's umask makes it.</summary>
    internal UnixFileMode? UnixMode { get; init; }
}
