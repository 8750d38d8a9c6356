using System;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>A server on System.IO.Pipelines over <see cref="NetworkStream"/>, as the documentation of Pipelines shows it.</summary>
internal sealed class PipelinesServer : SocketServer
{
    private static readonly StreamPipeReaderOptions s_reader = new(bufferSize: IPeerServer.BufferSize);

    protected override void Serve(Socket socket) => _ = Run(socket);

    private static async Task Run(Socket socket)
    {
        NetworkStream stream = new(socket, ownsSocket: true);
        await using (stream)
        {
            PipeReader reader = PipeReader.Create(stream, s_reader);
            PipeWriter writer = PipeWriter.Create(stream);
            try
            {
                await PipeEcho.Run(reader, writer);
                await reader.CompleteAsync();
                await writer.CompleteAsync();
            }
            catch (Exception end) when (IsEnd(end))
            {
                // The peer has reset the connection, so the connection ends.
            }
        }
    }
}
