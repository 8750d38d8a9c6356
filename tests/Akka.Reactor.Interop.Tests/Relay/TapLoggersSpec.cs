using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Reactor.Protocols;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>A tap in a system with two loggers: one keeps every line, the other one is slow or does not read.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class TapLoggersSpec
{
    private const int Pieces = 6_000;
    private const int MostWaiting = 4_096;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly ConcurrentQueue<string> Lines = new();
    private static readonly ManualResetEventSlim Gate = new();

    public TapLoggersSpec()
    {
        Lines.Clear();
        Gate.Reset();
    }

    [Fact]
    public Task A_fast_logger_does_not_fill_the_mailbox_of_a_slow_one() =>
        With<Blocking>(
            async (_, _) =>
            {
                await Until(() => Shown == MostWaiting);
                Assert.Equal(0, LeftOut);
                Gate.Set();
                await Until(() => LeftOut == Pieces - MostWaiting);
                Assert.Equal(MostWaiting, Shown);
            }
        );

    [Fact]
    public Task What_a_logger_drops_does_not_count_for_good() =>
        With<Dropping>(
            async (client, server) =>
            {
                int passed = Pieces;
                await Until(async () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    await Pass(client, server);
                    passed++;
                    await Pause.BetweenLooks();
                    return Shown + LeftOut == passed;
                });
            }
        );

    private static int Shown => Lines.Count(line => line.EndsWith(" > 1 bytes: x", StringComparison.Ordinal));

    private static int LeftOut =>
        Lines
            .Where(line => line.Contains("left out", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture));

    private static async Task With<TLogger>(Func<RawClient, Socket, Task> then)
    {
        var system = ActorSystem.Create(
            "tap-loggers",
            ConfigurationFactory.ParseString(
                $$"""
                akka.stdout-loglevel = OFF
                akka.loggers = ["{{typeof(TLogger).AssemblyQualifiedName}}", "{{typeof(Keeping).AssemblyQualifiedName}}"]
                """
            )
        );
        try
        {
            using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            string[] behind = [$"tcp://{listener.LocalEndPoint}"];
            Bound relay = await system
                .Reactor()
                .Bind("tcp://127.0.0.1:0", Props.Create<RelayProtocol>(new RelayOptions(behind) { Tap = true }));
            using RawClient client = await RawClient.Connect((IPEndPoint)relay.LocalEndPoint);
            using Socket server = await listener.AcceptAsync().WaitAsync(Deadline);
            for (int i = 0; i < Pieces; i++)
            {
                await Pass(client, server);
            }

            await then(client, server);
        }
        finally
        {
            Gate.Set();
            await system.Terminate();
        }
    }

    // One by one, so that each is a piece.
    private static async Task Pass(RawClient client, Socket server)
    {
        await client.Send("x");
        Assert.Equal(1, await server.ReceiveAsync(new byte[2]).WaitAsync(Deadline));
    }

    private static Task Until(Func<bool> holds) =>
        Until(async () =>
        {
            await Pause.BetweenLooks();
            return holds();
        });

    private static async Task Until(Func<Task<bool>> holds)
    {
        long start = Environment.TickCount64;
        while (!await holds())
        {
            Assert.True(
                Environment.TickCount64 - start < Deadline.TotalMilliseconds,
                $"{Shown} lines shown, {LeftOut} left out"
            );
        }
    }

    private sealed class Keeping : Logger
    {
        protected override void Log(LogEvent logEvent) => Lines.Enqueue(logEvent.Message.ToString()!);
    }

    private sealed class Dropping : Logger
    {
        protected override void Log(LogEvent logEvent) { }
    }

    private sealed class Blocking : Logger
    {
        // Only at a line of the tap: others come while the system starts.
        protected override void Log(LogEvent logEvent)
        {
            if (logEvent.Message is LogMessage { Format: "{0} > {1}" })
            {
                Gate.Wait();
            }

            _ = logEvent.Message.ToString();
        }
    }

    private abstract class Logger : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        protected sealed override void OnReceive(object message)
        {
            switch (message)
            {
                case InitializeLogger:
                    Sender.Tell(new LoggerInitialized());
                    break;
                case LogEvent logEvent:
                    Log(logEvent);
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }

        protected abstract void Log(LogEvent logEvent);
    }
}
