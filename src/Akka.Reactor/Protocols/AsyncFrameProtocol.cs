using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor;

/// <summary>
/// The base of a protocol of frames whose handler awaits: a <see cref="FrameProtocol"/> with the promises of
/// <see cref="AsyncProtocolActor"/>.
/// </summary>
public abstract class AsyncFrameProtocol : AsyncProtocolActor
{
    private readonly Framing _framing;

    /// <inheritdoc cref="FrameProtocol(Akka.Reactor.Framing)"/>
    protected AsyncFrameProtocol(Framing framing) =>
        _framing = framing ?? throw new ArgumentNullException(nameof(framing));

    /// <summary>
    /// How the bytes behind the current frame are cut. A change applies to all bytes that have not been passed to
    /// <see cref="OnFrameAsync"/>, also to those that have been received already; while a frame is being handled, to the bytes behind it.
    /// The next connection of a client begins with the framing of the constructor again.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    protected Framing Framing
    {
        get => CurrentFraming ?? _framing;
        set => CurrentFraming = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <inheritdoc cref="FrameProtocol.MaxFrameLength"/>
    protected virtual int MaxFrameLength => 32 * 1024;

    /// <summary>Called with each frame, as <see cref="FrameProtocol.OnFrame"/> is, and not again before its task has ended.</summary>
    /// <param name="frame">The frame; valid until the task has ended.</param>
    /// <param name="ended">Cancelled when the connection has ended.</param>
    protected abstract ValueTask OnFrameAsync(ReadOnlySequence<byte> frame, CancellationToken ended);

    /// <inheritdoc cref="FrameProtocol.OnBadFrame"/>
    protected virtual void OnBadFrame(PeerViolationException violation) => Abort(violation);

    /// <inheritdoc cref="FrameProtocol.WriteFrame(ReadOnlySequence{byte}, object?)"/>
    protected void WriteFrame(ReadOnlySequence<byte> frame, object? ack = null) => Write(Framing.Encode(frame), ack);

    /// <inheritdoc cref="FrameProtocol.WriteFrame(ReadOnlySequence{byte}, object?)"/>
    protected void WriteFrame(ReadOnlyMemory<byte> frame, object? ack = null) => Write(Framing.Encode(frame), ack);

    /// <inheritdoc cref="FrameProtocol.WriteFrame(ReadOnlySpan{byte}, object?)"/>
    protected void WriteFrame(ReadOnlySpan<byte> frame, object? ack = null) =>
        Write(Framing.Encode(frame.ToArray()), ack);

    /// <inheritdoc/>
    protected sealed override ValueTask<long> OnReceivedAsync(ReadOnlySequence<byte> data, CancellationToken ended)
    {
        if (
            Framing.TryTake(
                data,
                MaxFrameLength,
                Connection.Options.MaxUnread,
                out ReadOnlySequence<byte> frame,
                out long used,
                out PeerViolationException? violation
            )
        )
        {
            return UsedAfter(OnFrameAsync(frame, ended), used);
        }

        if (violation is not null)
        {
            OnBadFrame(violation);
        }

        return new ValueTask<long>(used);
    }
}
