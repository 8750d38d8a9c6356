using System.Buffers;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Buffers;

/// <summary>A stream. The source reads the stream to its end and then disposes it.</summary>
internal sealed class StreamSource(Stream stream) : IByteSource
{
    private const int PieceSize = 64 * 1024;

    private byte[]? _buffer;

    public async ValueTask<Piece> NextAsync(CancellationToken cancel)
    {
        _buffer ??= new byte[PieceSize];
        int read = await stream.ReadAsync(_buffer, cancel).ConfigureAwait(false);
        return read == 0 ? Piece.End : new Piece(new ReadOnlySequence<byte>(_buffer, 0, read));
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
