using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>Echoes over System.IO.Pipelines, with any kind of pipes.</summary>
internal static class PipeEcho
{
    /// <summary>Echoes until the input ends or the output has no reader any more.</summary>
    internal static async Task Run(PipeReader input, PipeWriter output)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                output.Write(piece.Span);
            }

            input.AdvanceTo(read.Buffer.End);
            FlushResult flushed = await output.FlushAsync();
            if (read.IsCompleted || flushed.IsCompleted)
            {
                return;
            }
        }
    }
}
