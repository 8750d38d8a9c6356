using System;
using System.Buffers;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Buffers;

/// <summary>A sequence of pieces that is enumerated while the pieces are sent.</summary>
internal sealed class SequenceSource(IEnumerable<ReadOnlyMemory<byte>> pieces) : IByteSource
{
    private IEnumerator<ReadOnlyMemory<byte>>? _pieces;

    public ValueTask<Piece> NextAsync(CancellationToken cancel)
    {
        _pieces ??= pieces.GetEnumerator();
        while (_pieces.MoveNext())
        {
            if (!_pieces.Current.IsEmpty)
            {
                return new ValueTask<Piece>(new Piece(new ReadOnlySequence<byte>(_pieces.Current)));
            }
        }

        return new ValueTask<Piece>(Piece.End);
    }

    public ValueTask DisposeAsync()
    {
        _pieces?.Dispose();
        return default;
    }
}

/// <summary>An asynchronous sequence of pieces that is enumerated while the pieces are sent.</summary>
internal sealed class AsyncSequenceSource(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces) : IByteSource
{
    private IAsyncEnumerator<ReadOnlyMemory<byte>>? _pieces;

    public async ValueTask<Piece> NextAsync(CancellationToken cancel)
    {
        // The enumerator gets the token of the first call. The token is the same in every call.
        _pieces ??= pieces.GetAsyncEnumerator(cancel);
        while (await _pieces.MoveNextAsync().ConfigureAwait(false))
        {
            if (!_pieces.Current.IsEmpty)
            {
                return new Piece(new ReadOnlySequence<byte>(_pieces.Current));
            }
        }

        return Piece.End;
    }

    public ValueTask DisposeAsync() => _pieces?.DisposeAsync() ?? default;
}
