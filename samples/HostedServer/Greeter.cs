using System.Buffers;
using System.Text;
using System.Threading;
using Akka.Reactor;

namespace HostedServer;

/// <summary>Greets every line. The container creates it for each connection, and gives it its service.</summary>
public sealed class Greeter(Greetings greetings) : LineProtocol
{
    protected override bool KeepsReceived => false;

    protected override void OnLine(ReadOnlySequence<byte> line) => Write(greetings.For(Encoding.UTF8.GetString(line)));
}

/// <summary>Greets by name, and counts. One for the whole program.</summary>
public sealed class Greetings(string word)
{
    private int _count;

    internal byte[] For(string name) =>
        Encoding.UTF8.GetBytes($"{word}, {name}! You are number {Interlocked.Increment(ref _count)}.\r\n");
}
