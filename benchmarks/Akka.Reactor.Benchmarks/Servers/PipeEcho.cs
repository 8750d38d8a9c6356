using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>Echo over System.IO.Pipelines, whoever made the pipes.</summary>
internal static class PipeEcho
{
    /// <summary>Ends with the input, or when nobody reads the output any more.</summary>
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
