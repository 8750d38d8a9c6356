using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.ThirdParty.Tests;

/// <summary>A protocol whose handler asks another actor, written from outside.</summary>
public sealed class LookupSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("lookup");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate().WaitAsync(Patience);

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order_though_their_answers_take_different_times()
    {
        IActorRef directory = _system.ActorOf(Props.Create(() => new Directory()));
        Bound bound = await _system
            .Reactor()
            .Bind("tcp://127.0.0.1:0", Props.Create(() => new Lookup(directory)))
            .WaitAsync(Patience);
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)bound.LocalEndPoint).WaitAsync(Patience);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("slow\nfast\nslow\n"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send);
        using StreamReader reader = new(stream);
        Assert.Equal("slow: 1\r\nfast: 2\r\nslow: 3\r\n", await reader.ReadToEndAsync().WaitAsync(Patience));
    }

    private sealed class Directory : UntypedActor, IWithTimers
    {
        private int _asked;

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "slow":
                    Timers.StartSingleTimer(Sender, (Sender, $"slow: {++_asked}"), TimeSpan.FromMilliseconds(50));
                    break;
                case string name:
                    Sender.Tell($"{name}: {++_asked}");
                    break;
                case (IActorRef asker, string answer):
                    asker.Tell(answer);
                    break;
            }
        }
    }
}
