using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The first part of one message on disk, and the room it takes. Made when its first octets are written, by the pool and
/// never on the thread that asks; locked while it is open, and gone when it is closed.
/// </summary>
internal sealed class SmtpSpoolFile(SmtpSpool spool)
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private FileStream? _file;
    private bool _deleted;

    /// <summary>Octets given to it.</summary>
    public long Length { get; private set; }

    /// <summary>Writes behind what was given before. One call at a time.</summary>
    /// <param name="block">With the room that it takes.</param>
    /// <exception cref="IOException">Of the task: the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">Of the task: the folder is another's.</exception>
    public Task Append(ReadOnlySequence<byte> block)
    {
        lock (_gate)
        {
            long offset = Length;
            Length += block.Length;
            return _last = spool.Run(() => Write(block, offset));
        }
    }

    /// <summary>Reads what was written; blocks.</summary>
    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(_file!.SafeFileHandle, buffer, offset);

    /// <summary>
    /// Gives its room back, and deletes it once what was given to it is written. Does not wait for that: while the disk is busy,
    /// all that arrive would find no room, though only one had to give way.
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
