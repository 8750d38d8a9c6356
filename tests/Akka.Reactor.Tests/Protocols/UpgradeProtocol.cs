using System.Buffers;
using System.Text;
using Akka.Actor;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>
/// A protocol of lines that can switch TLS on: STARTTLS is answered "220 go", any other line "did LINE", and every
/// executed line is told to a probe.
/// </summary>
internal sealed class UpgradeProtocol(IActorRef probe) : ProtocolActor
{
    protected override void OnConnected() => Write("hello\r\n"u8);

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        if (data.PositionOf((byte)'\n') is not { } end)
        {
            return 0;
        }

        string line = Encoding.Latin1.GetString(data.Slice(0, end)).TrimEnd();
        probe.Tell(line);
        if (line == "STARTTLS")
        {
            Write("220 go\r\n"u8);
            StartTls();
        }
        else
        {
            Write(Encoding.Latin1.GetBytes($"did {line}\r\n"));
        }

        return data.Slice(0, end).Length + 1;
    }

    protected override void OnSecured(TlsInfo info) => probe.Tell(info);

    protected override void OnClosed(Closed closed) => probe.Tell(closed);
}
