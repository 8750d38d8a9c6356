using System.Buffers;
using Akka.Reactor.Protocols;

namespace Akka.Reactor;

/// <summary>The base of a protocol of lines. Each line ends with LF; a CR before the LF is dropped.</summary>
/// <remarks>
/// If a bare LF must not end a line of your protocol (SMTP), parse in <see cref="ProtocolActor.OnReceived"/> instead. Lines may be
/// kept, because <see cref="ProtocolActor.KeepsReceived"/> is true unless it is overridden; a protocol that copies what it keeps of a
/// line overrides it to return false.
/// </remarks>
public abstract class LineProtocol : ProtocolActor
{
    /// <summary>
    /// The maximum number of bytes in a line, without its end. A longer line closes the connection. Default 8,192.
    /// </summary>
    protected virtual int MaxLineLength => 8192;

    /// <summary>Called with each line, without its end.</summary>
    protected abstract void OnLine(ReadOnlySequence<byte> line);

    /// <summary>
    /// Called when a line exceeds <see cref="MaxLineLength"/>. By default logs the violation and aborts the connection.
    /// </summary>
    protected virtual void OnLineTooLong(PeerViolationException violation) => Abort(violation);

    /// <inheritdoc/>
    protected sealed override long OnReceived(ReadOnlySequence<byte> data)
    {
        if (
            LineReader.TryTake(
                data,
                MaxLineLength,
                out ReadOnlySequence<byte> line,
                out long used,
                out PeerViolationException? violation
            )
        )
        {
            OnLine(line);
        }
        else if (violation is not null)
        {
            OnLineTooLong(violation);
        }

        return used;
    }
}
