using System.Buffers;

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
        if (data.PositionOf((byte)'\n') is not { } end)
        {
            if (data.Length > MaxLineLength + 1L)
            {
                OnLineTooLong(TooLong(data.Length));
            }

            return 0;
        }

        ReadOnlySequence<byte> line = data.Slice(0, end);
        long used = line.Length + 1;
        if (line.Length > 0 && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r')
        {
            line = line.Slice(0, line.Length - 1);
        }

        if (line.Length > MaxLineLength)
        {
            OnLineTooLong(TooLong(line.Length));
        }
        else
        {
            OnLine(line);
        }

        return used;
    }

    private PeerViolationException TooLong(long length) =>
        new($"A line has {length} bytes or more; at most {MaxLineLength} are allowed.");
}
