using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The content of one message on its way out, in pieces. The stream is read off the loop, one block at a time and no faster than the
/// server takes it, so that a message of any size needs the memory of one block.
/// </summary>
internal sealed class SmtpOutput(Func<Stream> open)
{
    private const int Block = 16 * 1024;

    private bool _hasEnded;

    /// <summary>
    /// Whether the end of data was given to the connection: from then on the server may have the whole message. Thread-safe.
    /// </summary>
    public bool HasEnded => Volatile.Read(ref _hasEnded);

    /// <summary>Returns the pieces. A piece is overwritten when the next one is asked for.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        SmtpDotStuffer stuffer = new();
        ArrayBufferWriter<byte> piece = new(2 * Block);
        byte[] block = new byte[Block];
        await using Stream stream = open();
        int count;
        while ((count = await stream.ReadAsync(block)) > 0)
        {
            piece.ResetWrittenCount();
            stuffer.Write(block.AsSpan(0, count), piece);
            if (piece.WrittenCount > 0)
                yield return piece.WrittenMemory;
        }

        piece.ResetWrittenCount();
        stuffer.Finish(piece);
        Volatile.Write(ref _hasEnded, value: true);
        yield return piece.WrittenMemory;
    }
}
