using System;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>The usual way in .NET, and the measure of the others: a loop of ReceiveAsync and SendAsync per connection.</summary>
internal sealed class SocketAsyncServer : SocketServer
{
    protected override void Serve(Socket socket) => _ = Echo(socket);

    private static async Task Echo(Socket socket)
    {
        Memory<byte> buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
        using (socket)
        {
            try
            {
                while (await socket.ReceiveAsync(buffer, SocketFlags.None) is > 0 and int count)
                {
                    ReadOnlyMemory<byte> rest = buffer[..count];
                    while (!rest.IsEmpty)
                    {
                        rest = rest[await socket.SendAsync(rest, SocketFlags.None)..];
                    }
                }
            }
            catch (SocketException)
            {
                // The peer reset the connection: it ends.
            }
        }
    }
}
