using System.Buffers;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>This library, as its users write it: a protocol actor per connection, default configuration.</summary>
internal sealed class ReactorEchoServer : IEchoServer
{
    private readonly ActorSystem _system = ActorSystem.Create(
        "echo",
        ConfigurationFactory.ParseString("akka { loglevel = WARNING, stdout-loglevel = WARNING }")
    );

    public async Task<int> Start(int port)
    {
        Bound bound = await _system.Reactor().Bind($"tcp://127.0.0.1:{port}", Props.Create(() => new Echo()));
        return bound.Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _system.Dispose();
    }

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }
}
