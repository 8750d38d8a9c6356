using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A client's stream below SslStream that cuts each unencrypted record of the handshake into records of one byte.</summary>
internal sealed class SmallRecords(Stream inner) : Stream
{
    private const int Header = 5;
    private const byte ChangeCipherSpec = 20;
    private const byte Handshake = 22;
    private bool _isEncrypted;

    /// <summary>The number of records that were made.</summary>
    internal int Made { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    ) => await inner.WriteAsync(Cut(buffer.Span), cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(Cut(buffer.AsSpan(offset, count)));

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // SslStream writes whole records.
    private byte[] Cut(ReadOnlySpan<byte> records)
    {
        List<byte> cut = [];
        while (!records.IsEmpty)
        {
            ReadOnlySpan<byte> record = records[..(Header + (records[3] << 8) + records[4])];
            records = records[record.Length..];
            _isEncrypted |= record[0] == ChangeCipherSpec;
            if (_isEncrypted || record[0] != Handshake)
            {
                cut.AddRange(record);
                continue;
            }

            foreach (byte value in record[Header..])
            {
                cut.AddRange([Handshake, record[1], record[2], 0, 1, value]);
                Made++;
            }
        }

        return [.. cut];
    }
}
