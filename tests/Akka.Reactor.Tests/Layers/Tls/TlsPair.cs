using System;
using System.Buffers;
using System.Security.Authentication;
using System.Text;
using Akka.Reactor.Layers.Tls;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>A client's and a server's engine, back to back in memory.</summary>
internal sealed class TlsPair : IDisposable
{
    public TlsPair(TlsClientOptions? client = null, TlsServerOptions? server = null)
    {
        Client = new TlsSession(client ?? ClientOptions(), ClientSink);
        Server = new TlsSession(server ?? ServerOptions(), ServerSink);
    }

    public RecordingTlsSink ClientSink { get; } = new();

    public RecordingTlsSink ServerSink { get; } = new();

    public TlsSession Client { get; }

    public TlsSession Server { get; }

    /// <summary>How a flight is cut before it is delivered; whole by default.</summary>
    public Func<byte[], byte[][]> Cut { get; set; } = bytes => [bytes];

    public static TlsClientOptions ClientOptions(SslProtocols protocols = SslProtocols.Tls12 | SslProtocols.Tls13) =>
        new(TestCertificates.Host) { TrustAnchors = TestCertificates.Anchors, Protocols = protocols };

    public static TlsServerOptions ServerOptions() => new(TestCertificates.Server);

    /// <summary>A pair whose handshake is complete.</summary>
    public static TlsPair Connected(SslProtocols protocols = SslProtocols.Tls13)
    {
        var pair = new TlsPair(ClientOptions(protocols));
        pair.Start();
        pair.Exchange();
        return pair;
    }

    public static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.ASCII.GetBytes(text));

    public void Start()
    {
        Server.Start();
        Client.Start();
    }

    /// <summary>Carries bytes both ways until neither side has any to send.</summary>
    public void Exchange()
    {
        while (ClientSink.Ciphertext.Count + ServerSink.Ciphertext.Count > 0)
        {
            ToServer();
            ToClient();
        }
    }

    public void ToServer() => Deliver(ClientSink, Server);

    public void ToClient() => Deliver(ServerSink, Client);

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private void Deliver(RecordingTlsSink from, TlsSession to)
    {
        byte[] flight = from.TakeCiphertext();
        if (flight.Length == 0)
        {
            return;
        }

        foreach (byte[] piece in Cut(flight))
        {
            to.ReceiveCiphertext(new ReadOnlySequence<byte>(piece));
            // What was given may be overwritten afterwards: the engine must not have kept it.
            Array.Clear(piece);
        }
    }
}
