using System.Buffers;

namespace Akka.Reactor.Tests.Tls;

/// <summary>Two engines that hand their ciphertext straight to each other; the server echoes. Records nothing.</summary>
internal sealed class ForwardingPair
{
    public ForwardingPair(TlsClientOptions? client = null, TlsServerOptions? server = null)
    {
        var clientSink = new Sink();
        var serverSink = new Sink();
        Client = new TlsEngine(client ?? TlsPair.ClientOptions(), clientSink);
        Server = new TlsEngine(server ?? TlsPair.ServerOptions(), serverSink);
        clientSink.Peer = Server;
        serverSink.Peer = Client;
        serverSink.EchoTo = Server;
        Server.Start();
        Client.Start();
    }

    public TlsEngine Client { get; }

    public TlsEngine Server { get; }

    private sealed class Sink : ITlsSink
    {
        public TlsEngine? Peer { get; set; }

        public TlsEngine? EchoTo { get; set; }

        public void OnCiphertext(ReadOnlySequence<byte> data)
        {
            Peer!.ReceiveCiphertext(data);
            if (Peer.HasReadAll)
            {
                TlsOutput.GiveBack(data);
            }
        }

        public void OnPlaintext(ReadOnlySequence<byte> data) => EchoTo?.WritePlaintext(data);

        public void OnHandshakeCompleted(TlsInfo info) { }

        public void OnPeerClosed() { }

        public void OnFailed(ReactorException reason) => throw reason;
    }
}
