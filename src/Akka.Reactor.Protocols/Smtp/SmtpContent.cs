using System;
using System.Buffers;
using System.IO;
using System.Threading;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The octets of a message. They are in memory, or the first of them are in a file of the spool. They take room that other
/// messages need, so they are only lent to the delivering actor: they are released when that actor answers with
/// <see cref="SmtpStored"/> or <see cref="SmtpNotStored"/>, when its answer is late, and when the connection ends. A stream
/// that is open at that time can still be read to its end; the octets are then released when the stream is disposed. Can be
/// used from any thread.
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

    /// <summary>Content without octets.</summary>
    public static SmtpContent Empty { get; } = FromBytes(default);

    /// <summary>The number of octets.</summary>
    public long Length { get; }

    /// <summary>The file with the first octets; null if all octets are in memory.</summary>
    internal SmtpSpoolFile? File { get; }

    /// <summary>Returns content for tests of actors that store messages.</summary>
    /// <param name="octets">The octets. They must not change afterwards.</param>
    public static SmtpContent FromBytes(ReadOnlyMemory<byte> octets) =>
        new(file: null, new ReadOnlySequence<byte>(octets), room: null);

    /// <summary>
    /// Opens a stream at the first octet. The stream contains all octets and can be read and sought; a read may block while a
    /// disk works. Dispose the stream. Any number of streams may be open at a time; each is for one thread.
    /// </summary>
    /// <exception cref="ObjectDisposedException">
    /// The message is answered, its answer is late, or its connection has ended.
    /// </exception>
    public Stream OpenRead()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_released, this);
            _streams++;
            return new SmtpContentStream(this, File, _memory);
        }
    }

    /// <summary>Releases the octets, as soon as no stream is open.</summary>
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

    /// <summary>Counts a closed stream. The last stream to be closed after <see cref="Release"/> frees the octets.</summary>
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
