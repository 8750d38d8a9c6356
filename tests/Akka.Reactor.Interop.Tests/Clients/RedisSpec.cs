using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Tests.Shared;
using ReconnectingClient;
using ReconnectingClient.Resp;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>The sample's Redis client and a server that is killed and comes back.</summary>
public sealed class RedisSpec(ITestOutputHelper output) : IAsyncLifetime
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
            (await client.Client.Ask<ClientStatus>(new GetStatus())).State == ClientState.Connected
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
                await Pause.For(TimeSpan.FromMilliseconds(5), "who is refused tries again a little later");
            }
        }

        await restarting;
        await WaitFor(() => Task.FromResult(books.Done == Commands));
        Assert.Equal(Restarts, restarts);
        Assert.Equal(Commands, books.Sent);
        Assert.Empty(books.OutOfOrder);
        Assert.True(books.Unknown > 0, "no command was under way when the server was killed");

        // What was answered was carried out, what was not sent was not; the rest can be either.
        long counter = long.Parse(
            (await Ask(client, "GET", "counter")).Text,
            System.Globalization.CultureInfo.InvariantCulture
        );
        output.WriteLine(
            $"{books.Answered} answered, {books.NotSent} not sent, {books.Unknown} unknown; the counter is at {counter}"
        );
        Assert.InRange(counter, books.Answered, books.Answered + books.Unknown);

        await WaitFor(async () =>
        {
            await Ask(client, "PUBLISH", "news", "back again");
            return books.News.Any(text => text == "back again");
        });
    }

    [PeerFact("redis-server")]
    public async Task A_subscription_that_is_refused_shifts_no_answer()
    {
        ClientStarted client = await Start();
        Subscriber subscriber = new(_system);
        await Ask(client, "ACL", "SETUSER", "default", "resetchannels");
        subscriber.Subscribe(client.Protocol, "news");
        Assert.Equal("2", (await Ask(client, "ECHO", "2")).Text);
        SubscribeFailed failed = Assert.IsType<SubscribeFailed>(await subscriber.Next());
        Assert.Equal("news", failed.Channel);
        Assert.Contains("NOPERM", failed.Reason.Message, StringComparison.Ordinal);

        await Ask(client, "ACL", "SETUSER", "default", "allchannels");
        subscriber.Subscribe(client.Protocol, "news");
        Assert.Equal("3", (await Ask(client, "ECHO", "3")).Text);
        await Ask(client, "PUBLISH", "news", "at last");
        Assert.Equal(new Published("news", "at last"), await subscriber.Next());
    }

    [PeerFact("redis-server")]
    public async Task Subscriptions_are_there_again_after_the_protocol_has_failed()
    {
        ClientStarted client = await Start();
        Subscriber subscriber = new(_system);
        await Ask(client, "PING");
        subscriber.Subscribe(client.Protocol, "news");
        client.Protocol.Tell(Kill.Instance);
        await Ask(client, "PUBLISH", "news", "still");
        Assert.Equal(new Published("news", "still"), await subscriber.Next());
    }

    [PeerFact("redis-server")]
    public async Task Answers_may_be_large_and_have_a_limit()
    {
        ClientStarted client = await Start();
        await Ask(client, "SETRANGE", "large", "5000000", "x");
        Assert.Equal(5_000_001, (await Ask(client, "GET", "large")).Text.Length);
        await Ask(client, "SETRANGE", "large", "20000000", "x");
        CommandFailed failed = Assert.IsType<CommandFailed>(
            await client.Protocol.Ask(new Command("GET", "large"), Deadline)
        );
        Assert.IsType<ReplyTooLargeException>(failed.Reason);
        Assert.Equal("20000001", (await Ask(client, "STRLEN", "large")).ToString());
    }

    [PeerFact("redis-server")]
    public async Task What_has_no_answer_is_no_command()
    {
        ClientStarted client = await Start();
        await Ask(client, "PING");
        CommandFailed failed = Assert.IsType<CommandFailed>(
            await client.Protocol.Ask(new Command("subscribe", "news"), Deadline)
        );
        Assert.IsType<NotSentException>(failed.Reason);
    }

    // As often as it takes to find a connection.
    private static async Task<RespValue> Ask(ClientStarted client, params string[] arguments)
    {
        while (true)
        {
            if (await client.Protocol.Ask(new Command(arguments), Deadline) is Reply reply)
            {
                return reply.Value;
            }

            await Pause.BetweenLooks();
        }
    }

    private async Task Restart()
    {
        await _server.Kill();
        await Pause.For(TimeSpan.FromMilliseconds(100), "a server is gone for a while before it is back");
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

    private static async Task WaitFor(Func<Task<bool>> condition)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (!await condition())
        {
            await Pause.BetweenLooks(deadline.Token);
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

    /// <summary>Subscribes, and hands on what it is told.</summary>
    private sealed class Subscriber
    {
        private readonly Channel<object> _told = Channel.CreateUnbounded<object>();
        private readonly IActorRef _actor;

        internal Subscriber(ActorSystem system)
        {
            _actor = system.ActorOf(Props.Create(() => new Teller(_told.Writer)));
        }

        internal void Subscribe(IActorRef redis, string channel) => redis.Tell(new Subscribe(channel), _actor);

        internal async Task<object> Next() => await _told.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

        private sealed class Teller(ChannelWriter<object> told) : UntypedActor
        {
            protected override void OnReceive(object message) => told.TryWrite(message);
        }
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
