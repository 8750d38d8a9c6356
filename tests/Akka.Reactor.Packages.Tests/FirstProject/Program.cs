using System.Buffers;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor;

using ActorSystem system = ActorSystem.Create("first", "akka.loglevel = ERROR");

// A server: one Greeter for every connection.
Bound bound = await system.Reactor().Bind("tcp://127.0.0.1:17007", Props.Create<Greeter>());
Console.WriteLine($"The server listens at {bound.LocalEndPoint}.");

// A client, which connects again whenever its connection is lost.
TaskCompletionSource<string> answer = new();
ClientOptions options = new(["tcp://127.0.0.1:17007"], Props.Create(() => new Guest("Ada", answer)));
await system.Reactor().StartClient(options);
Console.WriteLine($"The server says: {await answer.Task}");

// Connections are drained before the system ends.
await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);

/// <summary>Greets by name, line by line.</summary>
public sealed class Greeter : LineProtocol
{
    protected override void OnLine(ReadOnlySequence<byte> line)
    {
        string name = Encoding.UTF8.GetString(line);
        Log.Info("{0} has come from {1}", name, Connection.Remote);
        Write(Encoding.UTF8.GetBytes($"Hello {name}\r\n"));
    }
}

/// <summary>Says who it is, whenever it is connected, and reports the answer.</summary>
public sealed class Guest(string name, TaskCompletionSource<string> answer) : LineProtocol
{
    protected override void OnConnected() => Write(Encoding.UTF8.GetBytes($"{name}\r\n"));

    protected override void OnLine(ReadOnlySequence<byte> line) => answer.TrySetResult(Encoding.UTF8.GetString(line));
}
