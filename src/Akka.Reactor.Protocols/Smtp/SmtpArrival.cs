using System;
using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The content of a message while it arrives: the octets in memory, and the room that they take. Octets that go to a file keep
/// their room.
/// </summary>
internal sealed class SmtpArrival(SmtpRoom room)
{
    private readonly SmtpChunks _chunks = new();

    /// <summary>The number of octets in memory.</summary>
    public long Held => _chunks.Length;

    /// <summary>Appends the octets. Returns false and appends nothing when there is no room for them.</summary>
    public bool TryAppend(ReadOnlySpan<byte> octets)
    {
        if (!room.TryTake(octets.Length))
            return false;
        _chunks.Append(octets);
        return true;
    }

    /// <summary>Gives away the octets in memory, together with the room that they take.</summary>
    public ReadOnlySequence<byte> Take() => _chunks.Take();

    /// <summary>Returns the content of the message. The next message starts empty.</summary>
    /// <param name="file">The file with the octets that were taken before, in the order in which they were taken.</param>
    public SmtpContent Finish(SmtpSpoolFile? file)
    {
        SmtpContent content = new(file, _chunks.Take(), room);
        _chunks.Clear();
        return content;
    }

    /// <summary>Drops the octets in memory and gives their room back.</summary>
    public void Clear()
    {
        room.Give(_chunks.Length);
        _chunks.Clear();
    }
}
