using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>Finds lines in received bytes: each ends with LF, and a CR before the LF is dropped. Pure.</summary>
internal static class LineReader
{
    /// <summary>Takes the first line. Returns false if its end is missing, or if it is too long.</summary>
    /// <param name="data">The received bytes.</param>
    /// <param name="most">The maximum number of bytes in a line, without its end.</param>
    /// <param name="line">The line, without its end.</param>
    /// <param name="used">The bytes of the line with its end; 0 if the end is missing.</param>
    /// <param name="violation">Set if the line is too long.</param>
    internal static bool TryTake(
        in ReadOnlySequence<byte> data,
        int most,
        out ReadOnlySequence<byte> line,
        out long used,
        out PeerViolationException? violation
    )
    {
        violation = null;
        if (data.PositionOf((byte)'\n') is not { } end)
        {
            line = default;
            used = 0;
            violation = data.Length > most + 1L ? TooLong(data.Length, most) : null;
            return false;
        }

        line = data.Slice(0, end);
        used = line.Length + 1;
        if (line.Length > 0 && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r')
        {
            line = line.Slice(0, line.Length - 1);
        }

        violation = line.Length > most ? TooLong(line.Length, most) : null;
        return violation is null;
    }

    private static PeerViolationException TooLong(long length, int most) =>
        new($"A line has {length} bytes or more; at most {most} are allowed.");
}
