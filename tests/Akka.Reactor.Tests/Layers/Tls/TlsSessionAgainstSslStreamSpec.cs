using System;
using System.Buffers;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>The engine on one end of a TCP connection, the framework's own SslStream on the other.</summary>
public sealed class TlsSessionAgainstSslStreamSpec
{
    private const int Size = 1 << 20;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_server_engine_serves_an_SslStream(SslProtocols version)
    {
        var sink = new RecordingTlsSink();
        using var engine = new TlsSession(TlsPair.ServerOptions(), sink);
        sink.WhenPlaintext = data => engine.WritePlaintext(data);
        sink.WhenPeerClosed = engine.CloseNotify;
        (Socket ours, Socket theirs) = await ConnectAsync();
        Task driving = DriveAsync(engine, sink, ours);
        await using var ssl = new SslStream(new NetworkStream(theirs, ownsSocket: true));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = TestCertificates.Host,
            EnabledSslProtocols = version,
            CertificateChainPolicy = TlsPeerVerifier.Policy(TestCertificates.Anchors, peerIsServer: true),
        };

        await ssl.AuthenticateAsClientAsync(options).WaitAsync(Deadline);
        byte[] sent = RandomNumberGenerator.GetBytes(Size);
        Task writing = WriteAndShutDownAsync(ssl, sent);
        byte[] echoed = await ReadToEndAsync(ssl);
        await writing.WaitAsync(Deadline);

        Assert.Equal(version, ssl.SslProtocol);
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(echoed));
        Assert.Null(sink.Failure);
        await ssl.DisposeAsync();
        await driving.WaitAsync(Deadline);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_client_engine_talks_to_an_SslStream(SslProtocols version)
    {
        var sink = new RecordingTlsSink();
        using var engine = new TlsSession(TlsPair.ClientOptions(version), sink);
        sink.WhenPeerClosed = engine.CloseNotify;
        byte[] sent = RandomNumberGenerator.GetBytes(Size);
        engine.WritePlaintext(new ReadOnlySequence<byte>(sent));
        engine.CloseNotify();
        (Socket ours, Socket theirs) = await ConnectAsync();
        Task driving = DriveAsync(engine, sink, ours);
        await using var ssl = new SslStream(new NetworkStream(theirs, ownsSocket: true));
        using X509Certificate2 certificate = TestCertificates.Issue(TestCertificates.Host);

        await ssl.AuthenticateAsServerAsync(certificate).WaitAsync(Deadline);
        byte[] received = await ReadToEndAsync(ssl);
        await WriteAndShutDownAsync(ssl, received).WaitAsync(Deadline);
        await ssl.DisposeAsync();
        await driving.WaitAsync(Deadline);

        Assert.Equal(version, sink.Info!.Protocol);
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(sink.Plaintext));
        Assert.True(engine.IsClosed);
        Assert.Null(sink.Failure);
    }

    private static async Task WriteAndShutDownAsync(SslStream ssl, byte[] bytes)
    {
        await ssl.WriteAsync(bytes);
        await ssl.ShutdownAsync();
    }

    private static async Task<byte[]> ReadToEndAsync(SslStream ssl)
    {
        using var all = new MemoryStream();
        await ssl.CopyToAsync(all).WaitAsync(Deadline);
        return all.ToArray();
    }

    // What a layer does, with a socket: carries bytes until the transport ends.
    private static async Task DriveAsync(TlsSession engine, RecordingTlsSink sink, Socket socket)
    {
        using (socket)
        using (var deadline = new CancellationTokenSource(Deadline))
        {
            byte[] buffer = new byte[20_000];
            engine.Start();
            Task sending = SendAsync(sink, socket, deadline.Token);
            while (await socket.ReceiveAsync(buffer, deadline.Token) is var count and > 0)
            {
                await sending;
                engine.ReceiveCiphertext(new ReadOnlySequence<byte>(buffer, 0, count));
                sending = SendAsync(sink, socket, deadline.Token);
            }

            await sending;
            engine.ReceiveEnd();
        }
    }

    private static async Task SendAsync(RecordingTlsSink sink, Socket socket, CancellationToken cancellation)
    {
        byte[] bytes = sink.TakeCiphertext();
        for (int sent = 0; sent < bytes.Length; )
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), cancellation);
        }
    }

    private static async Task<(Socket Ours, Socket Theirs)> ConnectAsync()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var theirs = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await theirs.ConnectAsync(listener.LocalEndPoint!).WaitAsync(Deadline);
        return (await listener.AcceptAsync().WaitAsync(Deadline), theirs);
    }
}
