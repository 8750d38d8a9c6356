using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Buffers;

/// <summary>The reading end of a pipe. The source reads the pipe to its end and then completes it.</summary>
internal sealed class PipeSource(PipeReader reader) : IByteSource
{
    private SequencePosition? _taken;

    public async ValueTask<Piece> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (_taken is { } taken)
            {
                reader.AdvanceTo(taken);
                _taken = null;
            }

            ReadResult result = await reader.ReadAsync(cancel).ConfigureAwait(false);
            ReadOnlySequence<byte> data = result.Buffer;
            _taken = data.End;
            if (result.IsCanceled)
            {
                throw new OperationCanceledException("The pipe's pending read was cancelled.");
            }

            if (!data.IsEmpty)
            {
                return new Piece(data);
            }

            if (result.IsCompleted)
            {
                return Piece.End;
            }
        }
    }

    public ValueTask DisposeAsync() => reader.CompleteAsync();
}
