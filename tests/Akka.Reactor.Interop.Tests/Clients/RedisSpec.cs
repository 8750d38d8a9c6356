using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using ReconnectingClient;
using ReconnectingClient.Resp;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>The sample's Redis client and a server that is killed and comes back.</summary>
public sealed class RedisSpec : IAsyncLifetime
{
    private const int Commands = 100_000;
    private const int Restarts = 5;
    private const int Window = 2_000;
    private const int Batch = 100;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly RedisServer _server = new();
    private readonly ActorSystem _system = ActorSystem.Create(
        "redis",
        ConfigurationFactory.ParseString(
            """
            akka { loglevel = OFF, reactor.client.reconnect { min-backoff = 20ms, max-backoff = 200ms } }
            akka.reactor.client.reconnect.reset-after = 100ms
            """
        )
    );

    public Task InitializeAsync() => _server.Start();

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Deadline);
        await _server.DisposeAsync();
    }

    [PeerFact("redis-server")]
    public async Task Every_command_has_one_outcome_and_the_counter_agrees()
    {
        ClientStarted client = await Start();
        Books books = new();
        IActorRef clerk = _system.ActorOf(Props.Create(() => new Clerk(client.Protocol, books)));
        clerk.Tell(new Subscribe("news"));
        await WaitFor(async () =>
            (await client.Client.Ask<ClientStatus>(GetStatus.Instance)).State == ClientState.Connected
        );
        int restarts = 0;
        Task restarting = Task.CompletedTask;
        for (int told = Batch; told <= Commands; told += Batch)
        {
            clerk.Tell(Batch);
            await WaitFor(() => Task.FromResult(told - books.Done < Window));
            if (restarts < Restarts && books.Answered > (restarts + 1) * (Commands / (2 * Restarts)))
            {
                restarts++;
                await restarting;
                restarting = Restart();
            }

            if (books.RefusedLast)
            {
                await Task.Delay(5);
            }
        }

        await restarting;
        await WaitFor(() => Task.FromResult(books.Done == Commands));
        Assert.Equal(Restarts, restarts);
        Assert.Equal(Commands, books.Sent);
        Assert.Empty(books.OutOfOrder);
        Assert.True(books.Unknown > 0, "no command was under way when the server was killed");

        // What was answered was carried out, what was not sent was not; the rest can be either.
        long counter = await Counter(client.Protocol);
        Assert.InRange(counter, books.Answered, books.Answered + books.Unknown);

        await WaitFor(async () =>
        {
            await client.Protocol.Ask(new Command("PUBLISH", "news", "back again"), Deadline);
            return books.News.Any(text => text == "back again");
        });
    }

    private async Task Restart()
    {
        await _server.Kill();
        await Task.Delay(100);
        await _server.Start();
    }

    private Task<ClientStarted> Start() =>
        _system
            .Reactor()
            .StartClient(
                new ClientOptions(
                    [FormattableString.Invariant($"tcp://127.0.0.1:{_server.Port}")],
                    Props.Create(() => new RedisClient())
                )
            );

    private static async Task<long> Counter(IActorRef redis)
    {
        while (true)
        {
            if (await redis.Ask(new Command("GET", "counter"), Deadline) is Reply reply)
            {
                return long.Parse(reply.Value.Text, System.Globalization.CultureInfo.InvariantCulture);
            }

            await Task.Delay(20);
        }
    }

    private static async Task WaitFor(Func<Task<bool>> condition)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (!await condition())
        {
            await Task.Delay(1, deadline.Token);
        }
    }

    /// <summary>What has become of the commands. Written by the clerk, read by the test.</summary>
    private sealed class Books
    {
        internal long Sent;
        internal long Answered;
        internal long NotSent;
        internal long Unknown;
        internal volatile bool RefusedLast;

        internal long Done => Volatile.Read(ref Answered) + Volatile.Read(ref NotSent) + Volatile.Read(ref Unknown);

        internal List<string> OutOfOrder { get; } = [];

        internal System.Collections.Concurrent.ConcurrentQueue<string> News { get; } = [];
    }

    private sealed class Clerk(IActorRef redis, Books books) : UntypedActor
    {
        private readonly Dictionary<Command, long> _numbers = new(ReferenceEqualityComparer.Instance);
        private long _lastNumber;
        private long _lastValue;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case int count:
                    for (int i = 0; i < count; i++)
                    {
                        Command command = new("INCR", "counter");
                        _numbers.Add(command, books.Sent + 1);
                        Volatile.Write(ref books.Sent, books.Sent + 1);
                        redis.Tell(command, Self);
                    }

                    break;
                case Subscribe subscribe:
                    redis.Tell(subscribe, Self);
                    break;
                case Reply reply:
                    Check(_numbers.Remove(reply.Command, out long number), "answered twice");
                    Check(number > _lastNumber, $"{number} was answered after {_lastNumber}");
                    Check(reply.Value.Kind == RespKind.Number, $"{reply.Value}");
                    Check(reply.Value.Number > _lastValue, $"{reply.Value} after {_lastValue}");
                    _lastNumber = number;
                    _lastValue = reply.Value.Number;
                    books.RefusedLast = false;
                    Volatile.Write(ref books.Answered, books.Answered + 1);
                    break;
                case CommandFailed { Reason: OutcomeUnknownException } failed:
                    Check(_numbers.Remove(failed.Command), "failed twice");
                    Volatile.Write(ref books.Unknown, books.Unknown + 1);
                    break;
                case CommandFailed failed:
                    Check(_numbers.Remove(failed.Command), "refused twice");
                    books.RefusedLast = true;
                    Volatile.Write(ref books.NotSent, books.NotSent + 1);
                    break;
                case Published published:
                    books.News.Enqueue(published.Text);
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }

        private void Check(bool holds, string otherwise)
        {
            if (!holds)
            {
                books.OutOfOrder.Add(otherwise);
            }
        }
    }
}
