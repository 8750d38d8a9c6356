using System;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// One system's non-blocking input and output on a descriptor: what readiness engines do their own with. Stateless. The
/// spans are used during the call only.
/// </summary>
internal interface ISocketIo
{
    IoResult Receive(nint descriptor, Span<byte> buffer);

    IoResult Send(nint descriptor, ReadOnlySpan<byte> buffer);

    /// <inheritdoc cref="IEngine.SendFile"/>
    IoResult SendFile(nint descriptor, in FileRange file);

    AcceptResult Accept(nint listener);
}
