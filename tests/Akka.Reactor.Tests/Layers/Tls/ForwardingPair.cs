using System.Buffers;
using Akka.Reactor.Layers.Tls;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>Two engines that hand their ciphertext straight to each other; the server echoes. Records nothing.</summary>
internal sealed class ForwardingPair
{
    public ForwardingPair(TlsClientOptions? client = null, TlsServerOptions? server = null)
    {
        var clientSink = new Sink();
        var serverSink = new Sink();
        Client = new TlsSession(client ?? TlsPair.ClientOptions(), clientSink);
        Server = new TlsSession(server ?? TlsPair.ServerOptions(), serverSink);
        clientSink.Peer = Server;
        serverSink.Peer = Client;
        serverSink.EchoTo = Server;
        Server.Start();
        Client.Start();
    }

    public TlsSession Client { get; }

    public TlsSession Server { get; }

    private sealed class Sink : ITlsSink
    {
        public TlsSession? Peer { get; set; }

        public TlsSession? EchoTo { get; set; }

        public void OnCiphertext(ReadOnlySequence<byte> data)
        {
            Peer!.ReceiveCiphertext(data);
            if (Peer.HasReadAll)
            {
                TlsOutput.Release(data);
            }
        }

        public void OnPlaintext(ReadOnlySequence<byte> data) => EchoTo?.WritePlaintext(data);

        public void OnHandshakeCompleted(TlsInfo info) { }

        public void OnPeerClosed() { }

        public void OnFailed(ReactorException reason) => throw reason;
    }
}
