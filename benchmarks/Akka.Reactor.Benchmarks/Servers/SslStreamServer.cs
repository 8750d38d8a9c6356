using System;
using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// A server that uses TLS in the usual .NET way: <see cref="SslStream"/> over <see cref="NetworkStream"/>. All connections
/// share one certificate context, so that sessions can be resumed.
/// </summary>
internal sealed class SslStreamServer(bool lean) : SocketServer
{
    private readonly SslServerAuthenticationOptions _options = new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(
            ServerCertificate.Create(),
            additionalCertificates: null,
            offline: true
        ),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,
    };

    protected override void Serve(Socket socket) => _ = Run(socket);

    private async Task Run(Socket socket)
    {
        NetworkStream plain = new(socket, ownsSocket: true);
        SslStream stream = new(plain);
        await using (stream)
        {
            try
            {
                await stream.AuthenticateAsServerAsync(_options);
                await (lean ? EchoLean(stream) : Echo(stream));
            }
            catch (Exception end) when (IsEnd(end) || end is AuthenticationException)
            {
                // The peer has broken off the connection, so the connection ends.
            }
        }
    }

    private static async Task Echo(SslStream stream)
    {
        Memory<byte> buffer = GC.AllocateUninitializedArray<byte>(IPeerServer.BufferSize);
        while (await stream.ReadAsync(buffer) is > 0 and int count)
        {
            await stream.WriteAsync(buffer[..count]);
        }
    }

    // A read into an empty buffer completes when there are bytes, so an idle connection holds no buffer.
    private static async Task EchoLean(SslStream stream)
    {
        int count;
        do
        {
            _ = await stream.ReadAsync(Memory<byte>.Empty);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(IPeerServer.BufferSize);
            count = await stream.ReadAsync(buffer);
            await stream.WriteAsync(buffer.AsMemory(0, count));
            ArrayPool<byte>.Shared.Return(buffer);
        } while (count > 0);
    }
}
