using System;

namespace Akka.Reactor.Polling;

/// <summary>
/// One system's non-blocking input and output on a descriptor: what readiness engines do their own with. Stateless. The
/// spans are used during the call only.
/// </summary>
internal interface ISocketIo
{
    IoResult Receive(nint descriptor, Span<byte> buffer);

    IoResult Send(nint descriptor, ReadOnlySpan<byte> buffer);

    AcceptResult Accept(nint listener);
}
