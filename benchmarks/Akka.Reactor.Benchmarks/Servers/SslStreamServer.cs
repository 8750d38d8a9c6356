using System;
using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// The usual way to TLS in .NET: <see cref="SslStream"/> over <see cref="NetworkStream"/>, under one certificate context
/// for all connections, so that sessions can be resumed.
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
                // The peer broke the connection off: it ends.
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

    // A read of nothing ends when there is something.
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
