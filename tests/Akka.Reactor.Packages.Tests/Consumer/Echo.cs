using System.Buffers;
using Akka.Reactor;

namespace Consumer;

public sealed class Echo : ProtocolActor
{
    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        Write(data);
        return data.Length;
    }
}
