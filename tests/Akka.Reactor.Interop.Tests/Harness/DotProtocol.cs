using System.Buffers;

namespace Akka.Reactor.Interop.Tests;

/// <summary>Answers each line with one byte, in a write of its own. Runs in the host program.</summary>
public sealed class DotProtocol : LineProtocol
{
    protected override bool KeepsReceived => false;

    protected override void OnLine(ReadOnlySequence<byte> line) => Write("."u8.ToArray());
}
