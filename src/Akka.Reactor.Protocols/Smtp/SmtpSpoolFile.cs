using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The first part of one message on disk, and the room that it takes. A pool thread, never the calling thread, makes the file
/// when its first octets are written. The file is locked while it is open and deleted when it is closed.
/// </summary>
internal sealed class SmtpSpoolFile(SmtpSpool spool)
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private FileStream? _file;
    private bool _deleted;

    /// <summary>The number of octets appended so far, including those that are not written yet.</summary>
    public long Length { get; private set; }

    /// <summary>Writes a block after all blocks that were appended before. Only one call may be in progress at a time.</summary>
    /// <param name="block">The octets. Their room goes with them.</param>
    /// <exception cref="IOException">Thrown by the returned task: the disk refuses the write.</exception>
    /// <exception cref="UnauthorizedAccessException">Thrown by the returned task: the folder belongs to another user.</exception>
    public Task Append(ReadOnlySequence<byte> block)
    {
        lock (_gate)
        {
            long offset = Length;
            Length += block.Length;
            return _last = spool.Run(() => Write(block, offset));
        }
    }

    /// <summary>Reads octets that were written. The call blocks.</summary>
    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(_file!.SafeFileHandle, buffer, offset);

    /// <summary>
    /// Gives the room back immediately, and deletes the file after all appended blocks are written. The room does not wait for
    /// the writes: otherwise, while the disk is busy, all arriving messages would find no room, although only one message had
    /// to give way.
    /// </summary>
    public void Delete()
    {
        lock (_gate)
        {
            if (_deleted)
                return;
            _deleted = true;
            spool.Room.Give(Length);
            _ = _last.ContinueWith(
                _ => _file?.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
        }
    }

    private void Write(in ReadOnlySequence<byte> block, long offset)
    {
        _file ??= spool.Create();
        List<ReadOnlyMemory<byte>> parts = [.. block];
        RandomAccess.Write(_file.SafeFileHandle, parts, offset);
    }
}
