using System;
using System.Buffers;
using System.IO;

namespace Akka.Reactor.Protocols;

/// <summary>Reads the octets of a message: first those in the file, then those in memory.</summary>
internal sealed class SmtpContentStream(SmtpContent content, SmtpSpoolFile? file, ReadOnlySequence<byte> memory)
    : Stream
{
    private readonly long _inFile = file?.Length ?? 0;
    private ReadOnlySequence<byte> _memory = memory;
    private bool _closed;

    public override bool CanRead => !_closed;

    public override bool CanSeek => !_closed;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        long left = Length - Position;
        if (left <= 0 || buffer.IsEmpty)
            return 0;
        int count = Position < _inFile ? ReadFile(buffer) : ReadMemory(buffer, left);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            _memory = default;
            content.Closed();
        }

        base.Dispose(disposing);
    }

    private int ReadFile(Span<byte> buffer)
    {
        int most = (int)Math.Min(buffer.Length, _inFile - Position);
        int count = file!.Read(buffer[..most], Position);
        return count > 0 ? count : throw new EndOfStreamException("The spool's file is shorter than the message.");
    }

    private int ReadMemory(Span<byte> buffer, long left)
    {
        int count = (int)Math.Min(buffer.Length, left);
        _memory.Slice(Position - _inFile, count).CopyTo(buffer);
        return count;
    }
}
