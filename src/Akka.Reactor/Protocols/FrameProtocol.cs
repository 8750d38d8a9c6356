using System;
using System.Buffers;

namespace Akka.Reactor;

/// <summary>
/// The base of a protocol of frames. The framing is a value (<see cref="Akka.Reactor.Framing"/>) that the protocol chooses and can change
/// at any time.
/// </summary>
/// <remarks>
/// A frame that was received in one block is passed on without a copy. Frames may be kept, because
/// <see cref="ProtocolActor.KeepsReceived"/> is true unless it is overridden; a protocol that copies what it keeps of a frame overrides it
/// to return false.
/// </remarks>
public abstract class FrameProtocol : ProtocolActor
{
    private readonly Framing _framing;

    /// <summary>Creates a protocol whose connections begin with the given framing.</summary>
    protected FrameProtocol(Framing framing) => _framing = framing ?? throw new ArgumentNullException(nameof(framing));

    /// <summary>
    /// How the bytes behind the current frame are cut. A change applies to all bytes that have not been passed to <see cref="OnFrame"/>,
    /// also to those that have been received already: a change inside <see cref="OnFrame"/> to the bytes behind that frame, any other change
    /// to the bytes of a frame that is not complete, too. The next connection of a client begins with the framing of the constructor again.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    protected Framing Framing
    {
        get => CurrentFraming ?? _framing;
        set => CurrentFraming = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>
    /// The maximum number of bytes in a frame, without its header or terminator. A frame of which it is known that it is longer closes the
    /// connection, if possible before its bytes have come. Default 32,768. A frame must also fit into
    /// <see cref="ConnectionOptions.MaxUnread"/>, with its header: raise both.
    /// </summary>
    protected virtual int MaxFrameLength => 32 * 1024;

    /// <summary>Called with each frame, without its header or terminator unless the framing keeps the header.</summary>
    protected abstract void OnFrame(ReadOnlySequence<byte> frame);

    /// <summary>
    /// Called when the received bytes are no frame. By default logs the violation and aborts the connection. An override ends the
    /// connection, too, for example after an answer: the place of the next frame is not known.
    /// </summary>
    /// <param name="violation">A <see cref="FrameTooLongException"/> or a <see cref="MalformedFrameException"/>.</param>
    protected virtual void OnBadFrame(PeerViolationException violation) => Abort(violation);

    /// <summary>
    /// Writes a frame in the present <see cref="Framing"/>, after everything written before. To write in another framing, pass the result of
    /// its <see cref="Akka.Reactor.Framing.Encode(ReadOnlySequence{byte})"/> to <see cref="ProtocolActor.Write(ReadOnlySequence{byte}, object)"/>.
    /// </summary>
    /// <param name="frame">The frame. Its bytes are not copied, and must not change until they are sent.</param>
    /// <param name="ack">Sent to this actor (<see cref="ProtocolActor.OnMessage"/>) once the kernel has every byte.</param>
    /// <inheritdoc cref="Akka.Reactor.Framing.Encode(ReadOnlySequence{byte})" path="/exception"/>
    protected void WriteFrame(ReadOnlySequence<byte> frame, object? ack = null) => Write(Framing.Encode(frame), ack);

    /// <inheritdoc cref="WriteFrame(ReadOnlySequence{byte}, object?)"/>
    protected void WriteFrame(ReadOnlyMemory<byte> frame, object? ack = null) => Write(Framing.Encode(frame), ack);

    /// <summary>Writes a frame of a copy of these bytes; see <see cref="WriteFrame(ReadOnlySequence{byte}, object?)"/>.</summary>
    /// <inheritdoc cref="Akka.Reactor.Framing.Encode(ReadOnlySequence{byte})" path="/exception"/>
    protected void WriteFrame(ReadOnlySpan<byte> frame, object? ack = null) =>
        Write(Framing.Encode(frame.ToArray()), ack);

    /// <inheritdoc/>
    protected sealed override long OnReceived(ReadOnlySequence<byte> data)
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
            OnFrame(frame);
        }
        else if (violation is not null)
        {
            OnBadFrame(violation);
        }

        return used;
    }
}
