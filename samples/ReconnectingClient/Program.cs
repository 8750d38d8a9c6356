using System;
using System.CommandLine;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor;

namespace ReconnectingClient;

internal static class Program
{
    private const int TicksPerSecond = 10;

    private static async Task<int> Main(string[] arguments)
    {
        Option<string> server = new("--server")
        {
            HelpName = "ENDPOINT",
            Description = "The Redis server: tcp://HOST:PORT, tls://HOST:PORT or unix:/PATH.",
            DefaultValueFactory = _ => "tcp://127.0.0.1:6379",
        };
        Option<string> key = new("--key") { Description = "The counter.", DefaultValueFactory = _ => "visits" };
        Option<int> rate = new("--rate") { Description = "Increments a second.", DefaultValueFactory = _ => 1_000 };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < TicksPerSecond or > 1_000_000)
            {
                result.AddError($"--rate must be from {TicksPerSecond} to 1000000");
            }
        });
        RootCommand root = new("Counts in a Redis server, whatever becomes of it; Ctrl+C ends it.")
        {
            server,
            key,
            rate,
        };
        root.SetAction(
            (parsed, cancel) =>
                Run(
                    parsed.GetRequiredValue(server),
                    parsed.GetRequiredValue(key),
                    parsed.GetValue(rate) / TicksPerSecond,
                    cancel
                )
        );
        return await root.Parse(arguments).InvokeAsync();
    }

    private static async Task<int> Run(string server, string key, int perTick, CancellationToken cancel)
    {
        // A JSON string is also a HOCON string. So the text remains one value, whatever characters it contains.
        Config config = ConfigurationFactory
            .ParseString($"akka.reactor.clients.redis.connect = {JsonSerializer.Serialize(server)}")
            .WithFallback(
                ConfigurationFactory.FromResource("ReconnectingClient.client.conf", typeof(Program).Assembly)
            );
        ActorSystem system;
        try
        {
            system = ActorSystem.Create("reconnecting-client", config);
        }
        catch (ReactorConfigurationException failure)
        {
            await Console.Error.WriteLineAsync($"ReconnectingClient: {Printable.Of(failure.Message)}");
            return 2;
        }

        ClientStarted redis = (await system.Reactor().ClientsStarted)[0];
        TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef counting = system.ActorOf(Props.Create(() => new CountingActor(redis, key, ended)), "counting");
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1.0 / TicksPerSecond));
        int exitCode = 0;
        try
        {
            for (long tick = 1; !ended.Task.IsCompleted && await timer.WaitForNextTickAsync(cancel); tick++)
            {
                counting.Tell(new CountingActor.Count(perTick));
                if (tick % TicksPerSecond == 0)
                {
                    counting.Tell(CountingActor.Report.Instance);
                }
            }

            await Console.Error.WriteLineAsync($"ReconnectingClient: {Printable.Of(await ended.Task)}");
            exitCode = 1;
        }
        catch (OperationCanceledException)
        {
            redis.Client.Tell(new Close());
        }

        await system.Terminate();
        return exitCode;
    }
}
