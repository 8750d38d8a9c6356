using System;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// The non-blocking input and output of one operating system on a descriptor, which the readiness engines use. An
/// implementation is stateless. It uses the spans during the call only.
/// </summary>
internal interface ISocketIo
{
    IoResult Receive(nint descriptor, Span<byte> buffer);

    IoResult Send(nint descriptor, ReadOnlySpan<byte> buffer);

    /// <inheritdoc cref="IEngine.SendFile"/>
    IoResult SendFile(nint descriptor, in FileRange file);

    AcceptResult Accept(nint listener);
}
