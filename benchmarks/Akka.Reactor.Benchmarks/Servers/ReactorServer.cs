using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Protocols;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// A server on this library, as its users would write it: with a protocol actor per connection and the default
/// configuration.
/// </summary>
internal sealed class ReactorServer(ServerRequest request, EchoForm form = EchoForm.KeepsNothing) : IPeerServer
{
    private readonly ActorSystem _system = ActorSystem.Create(
        "benchmark",
        ConfigurationFactory.ParseString(
            """
            akka { loglevel = WARNING, stdout-loglevel = WARNING }
            # More than any scenario opens.
            akka.reactor.listener.max-connections = 100000

            # Idle ones stay as long as the measurement.
            akka.reactor.connection.idle-timeout = 1h
            """
        )
    );

    public async Task<int> Start(int port)
    {
        ReactorExtension reactor = _system.Reactor();
        ListenerOptions options = reactor.ListenerDefaults;
        if (request.Tls)
        {
            options = options with { Tls = new TlsServerOptions(TlsCertificate.From(ServerCertificate.Create())) };
        }

        string scheme = request.Tls ? "tls" : "tcp";
        return (await reactor.Bind($"{scheme}://127.0.0.1:{port}", Protocol(), options)).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _system.Dispose();
    }

    private Props Protocol() =>
        request.Service switch
        {
            Service.Echo when form == EchoForm.Asynchronous => Props.Create(() => new AsyncEcho()),
            Service.Echo => Props.Create(() => new Echo(form)),
            Service.Discard => Props.Create(() => new Discard()),
            Service.Chargen => Props.Create(() => new Chargen()),
            Service.Relay => Props.Create<RelayProtocol>(new RelayOptions([request.To!])),
            _ => throw new InvalidOperationException($"There is no service {request.Service}."),
        };

    private sealed class Echo(EchoForm form) : ProtocolActor
    {
        protected override bool KeepsReceived => form == EchoForm.Defaults;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }

    // The handler never waits: what is measured is what an asynchronous handler costs by itself.
    private sealed class AsyncEcho : AsyncProtocolActor
    {
        protected override bool KeepsReceived => false;

        protected override ValueTask<long> OnReceivedAsync(ReadOnlySequence<byte> data, CancellationToken ended)
        {
            Write(data);
            return new ValueTask<long>(data.Length);
        }
    }

    private sealed class Discard : ProtocolActor
    {
        protected override bool KeepsReceived => false;

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class Chargen : ProtocolActor
    {
        private static readonly ReadOnlyMemory<byte> s_bytes = new byte[IPeerServer.BufferSize];

        protected override void OnConnected() => Generate();

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        // Writes the next block as soon as the kernel has taken one, so that two blocks are always under way.
        protected override void OnMessage(object message) => Write(s_bytes, this);

        private void Generate()
        {
            Write(s_bytes, this);
            Write(s_bytes, this);
        }
    }
}
