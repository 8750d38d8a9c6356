using System.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>
/// The answer of a protocol to a <see cref="Writable"/> of this origin. The protocol may have sent its writes before this message
/// without knowing of refusals. After this message it sends no write until it receives <see cref="WritingResumed"/>.
/// </summary>
internal sealed record ResumeWriting(object Origin) : ITransportCommand;

/// <summary>Tells a protocol, after its <see cref="ResumeWriting"/>, that writes are accepted again.</summary>
internal sealed record WritingResumed : ITransportEvent
{
    /// <summary>A refused write can now be written again.</summary>
    internal static WritingResumed Awaited { get; } = new() { IsAwaited = true };

    /// <summary>None of the refused writes can ever be accepted.</summary>
    internal static WritingResumed Unawaited { get; } = new();

    internal bool IsAwaited { get; private init; }
}

/// <summary>
/// Tells an owner that reads to the end that the peer is gone and that nothing is sent any more. Bytes received before are still
/// offered. Writes made in the meantime fail and need not wait for room.
/// </summary>
internal sealed record NothingIsSent : ITransportEvent
{
    internal static NothingIsSent Instance { get; } = new();
}

/// <summary>
/// Sent by an owner to its transport, which already has all earlier writes. Nobody uses the bytes of this
/// <see cref="Akka.Reactor.Received"/> any more, except the writes that were made of them.
/// </summary>
internal sealed record ReleaseReceived(ReadOnlySequence<byte> Received) : ITransportCommand;
