using System;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>A socket could not be made, bound or connected. Never thrown while sending, receiving or accepting.</summary>
internal sealed class SocketFaultException(string operation, SocketFault fault, int errno, string text)
    : Exception($"{operation}: {text} (errno {errno})")
{
    internal SocketFault Fault { get; } = fault;

    internal int Errno { get; } = errno;

    /// <summary>The operating system's words for <see cref="Errno"/>.</summary>
    internal string Text { get; } = text;
}
