using System;
using System.Buffers;
using System.IO;
using System.Threading;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The octets of a message. They are in memory, or the first of them in a file of the spool, and take room that other
/// messages need: the delivering actor has them until it answers with <see cref="SmtpStored"/> or
/// <see cref="SmtpNotStored"/>, and then they are released. They are released, too, when the answer is late and when the
/// connection ends. A stream that is open then can be read to its end; disposing it releases them. Safe to use from any
/// thread.
/// </summary>
public sealed class SmtpContent
{
    private readonly Lock _gate = new();
    private readonly SmtpRoom? _room;
    private ReadOnlySequence<byte> _memory;
    private int _streams;
    private bool _released;

    internal SmtpContent(SmtpSpoolFile? file, in ReadOnlySequence<byte> memory, SmtpRoom? room)
    {
        File = file;
        _memory = memory;
        _room = room;
        Length = (file?.Length ?? 0) + memory.Length;
    }

    /// <summary>No octets.</summary>
    public static SmtpContent Empty { get; } = FromBytes(default);

    /// <summary>How many octets there are.</summary>
    public long Length { get; }

    /// <summary>The first octets; null when all are in memory.</summary>
    internal SmtpSpoolFile? File { get; }

    /// <summary>Content for tests of actors that store messages.</summary>
    /// <param name="octets">Must not change any more.</param>
    public static SmtpContent FromBytes(ReadOnlyMemory<byte> octets) =>
        new(file: null, new ReadOnlySequence<byte>(octets), room: null);

    /// <summary>
    /// A stream of all octets, from the first: it can be read and sought, and may block while a disk works. Dispose it.
    /// Any number may be open at a time; each is for one thread.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The message is answered, or its connection has ended.</exception>
    public Stream OpenRead()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_released, this);
            _streams++;
            return new SmtpContentStream(this, File, _memory);
        }
    }

    /// <summary>Lets go of the octets, once the last stream is closed.</summary>
    internal void Release()
    {
        lock (_gate)
        {
            if (_released)
                return;
            _released = true;
            if (_streams > 0)
                return;
        }

        Free();
    }

    /// <summary>A stream is closed.</summary>
    internal void Closed()
    {
        lock (_gate)
        {
            if (--_streams > 0 || !_released)
                return;
        }

        Free();
    }

    private void Free()
    {
        _room?.Give(_memory.Length);
        _memory = default;
        File?.Delete();
    }
}
