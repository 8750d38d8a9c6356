using System;
using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The content of a message while it arrives: the octets in memory, and the room they take. What is taken to a file takes
/// its room with it.
/// </summary>
internal sealed class SmtpArrival(SmtpRoom room)
{
    private readonly SmtpChunks _chunks = new();

    /// <summary>Octets in memory.</summary>
    public long Held => _chunks.Length;

    /// <summary>False, and nothing is appended, when there is no room.</summary>
    public bool TryAppend(ReadOnlySpan<byte> octets)
    {
        if (!room.TryTake(octets.Length))
            return false;
        _chunks.Append(octets);
        return true;
    }

    /// <summary>Gives away what is in memory, and the room that it takes.</summary>
    public ReadOnlySequence<byte> Take() => _chunks.Take();

    /// <summary>Ends the message; the next one begins with nothing.</summary>
    /// <param name="file">What was taken before, in the order in which it was taken.</param>
    public SmtpContent Finish(SmtpSpoolFile? file)
    {
        SmtpContent content = new(file, _chunks.Take(), room);
        _chunks.Clear();
        return content;
    }

    /// <summary>Drops what is in memory.</summary>
    public void Clear()
    {
        room.Give(_chunks.Length);
        _chunks.Clear();
    }
}
