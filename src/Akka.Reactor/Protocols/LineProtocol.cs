using System.Buffers;

namespace Akka.Reactor;

/// <summary>
/// The base of a protocol of lines: each ends with LF, before which a CR is dropped.
/// </summary>
/// <remarks>
/// For protocols in which a bare LF must not end a line (SMTP), parse in <see cref="ProtocolActor.OnReceived"/> instead.
/// </remarks>
public abstract class LineProtocol : ProtocolActor
{
    /// <summary>Bytes a line may have, its end not counted; a longer one closes the connection. Default 8,192.</summary>
    protected virtual int MaxLineLength => 8192;

    /// <summary>One line, without its end.</summary>
    protected abstract void OnLine(ReadOnlySequence<byte> line);

    /// <summary>A line exceeds <see cref="MaxLineLength"/>. By default logs it and aborts the connection.</summary>
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
