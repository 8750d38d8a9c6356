using System;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// A socket could not be created, bound or connected. A send, a receive or an accept never throws this exception.
/// </summary>
internal sealed class SocketFaultException(string operation, SocketFault fault, int errno, string text)
    : Exception($"{operation}: {text} (errno {errno})")
{
    internal string Operation { get; } = operation;

    internal SocketFault Fault { get; } = fault;

    internal int Errno { get; } = errno;

    /// <summary>The text for <see cref="Errno"/>.</summary>
    internal string Text { get; } = text;
}
