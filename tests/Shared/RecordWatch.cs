using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Tests.Shared;

/// <summary>
/// Passes a stream of TLS on. Counts the records in what is read (RFC 8446, section 5.1), and knows whether the last one was an alert, as a
/// close_notify is.
/// </summary>
internal sealed class RecordWatch(Stream inner) : Stream
{
    private const int Header = 5;
    private const byte Alert = 21;

    // Of TLS 1.3: two bytes, the content type and the tag.
    private const int EncryptedAlert = 19;

    private readonly byte[] _header = new byte[Header];
    private int _filled;
    private int _left;

    internal bool EndsWithAlert { get; private set; }

    internal int Records { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken);
        Observe(buffer.Span[..count]);
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing) => inner.Dispose();

    private void Observe(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                int skipped = Math.Min(_left, bytes.Length);
                _left -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            _header[_filled++] = bytes[0];
            bytes = bytes[1..];
            if (_filled == Header)
            {
                _filled = 0;
                Records++;
                _left = (_header[3] << 8) | _header[4];
                EndsWithAlert = _header[0] == Alert || _left == EncryptedAlert;
            }
        }
    }
}
