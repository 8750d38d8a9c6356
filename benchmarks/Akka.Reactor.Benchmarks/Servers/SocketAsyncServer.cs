using System;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// The usual server in .NET, with which the others are compared: a loop of ReceiveAsync and SendAsync per connection.
/// </summary>
internal sealed class SocketAsyncServer(Service service) : SocketServer
{
    protected override void Serve(Socket socket) => _ = Run(socket);

    private async Task Run(Socket socket)
    {
        using (socket)
        {
            try
            {
                await (service is Service.Chargen ? Generate(socket) : Receive(socket));
            }
            catch (Exception end) when (IsEnd(end))
            {
                // The peer has reset the connection, so the connection ends.
            }
        }
    }

    private async Task Receive(Socket socket)
    {
        Memory<byte> buffer = GC.AllocateUninitializedArray<byte>(IPeerServer.BufferSize);
        while (await socket.ReceiveAsync(buffer, SocketFlags.None) is > 0 and int count)
        {
            if (service is Service.Echo)
            {
                await Send(socket, buffer[..count]);
            }
        }
    }

    private static async Task Generate(Socket socket)
    {
        ReadOnlyMemory<byte> bytes = new byte[IPeerServer.BufferSize];
        while (true)
        {
            await Send(socket, bytes);
        }
    }

    private static async ValueTask Send(Socket socket, ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            rest = rest[await socket.SendAsync(rest, SocketFlags.None)..];
        }
    }
}
