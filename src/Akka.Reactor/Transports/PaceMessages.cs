using System.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>
/// The answer of a protocol to a <see cref="Writable"/> of this origin: every write of mine before this was on its way
/// without my knowing of the refusals before it, and behind it comes none until I am told <see cref="WritingResumed"/>.
/// </summary>
internal sealed record ResumeWriting(object Origin) : ITransportCommand;

/// <summary>To a protocol, after its <see cref="ResumeWriting"/>: writes are accepted again.</summary>
internal sealed record WritingResumed : ITransportEvent
{
    /// <summary>Something was refused that can be written again now.</summary>
    internal static WritingResumed Awaited { get; } = new() { IsAwaited = true };

    /// <summary>What was refused can never be accepted.</summary>
    internal static WritingResumed Unawaited { get; } = new();

    internal bool IsAwaited { get; private init; }
}

/// <summary>
/// To an owner that reads to the end: the peer is gone, and nothing is sent any more. What was received before is offered still; what
/// is written meanwhile fails, and waits for no room.
/// </summary>
internal sealed record NothingIsSent : ITransportEvent
{
    internal static NothingIsSent Instance { get; } = new();
}

/// <summary>
/// An owner to its transport, which has all earlier writes: nobody uses any more what was told as this
/// <see cref="Akka.Reactor.Received"/>, but for what was written of it.
/// </summary>
internal sealed record ReleaseReceived(ReadOnlySequence<byte> Received) : ITransportCommand;
