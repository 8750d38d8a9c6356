using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

/// <summary>The host on each engine, asked for by name: that it is used, and what an echo costs.</summary>
[Trait("Engines", "all")]
public sealed class EngineSpec(ITestOutputHelper output)
{
    private const int Connections = 50;
    private const int MessageSize = 64;

    public static TheoryData<string> EnginesHere => Engines.Here;

    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task It_says_which_engine_it_waits_in_and_echoes_on_it(string engine)
    {
        await using HostProcess host = await Start(engine);
        await host.WaitForLine($"Engine {engine} on 1 loop(s)");
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        bool[] equal = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(seed => EchoClient.Exchange(host.EndPoint("echo"), null, seed, 1024 * 1024, deadline.Token))
        );
        Assert.All(equal, Assert.True);
    }

    [PeerTheory("strace")]
    [MemberData(nameof(EnginesHere))]
    public async Task An_echo_of_64_bytes_on_50_busy_connections_costs_few_system_calls(string engine)
    {
        // A receive and a send each, and a wait for all that are ready; with io_uring the wait alone.
        double limit = engine is "io_uring" ? 0.3 : 2.1;
        await using HostProcess host = await Start(engine);
        RawClient[] clients = await Task.WhenAll(
            Enumerable.Range(0, Connections).Select(_ => RawClient.Connect(host.EndPoint("echo")))
        );
        using CancellationTokenSource enough = new();
        long echoed = 0;
        Task load = Task.WhenAll(
            clients.Select(client => EchoUntil(client, enough.Token, () => Interlocked.Increment(ref echoed)))
        );
        try
        {
            // Compiled and warm first.
            await Pause.For(TimeSpan.FromSeconds(2), "the host compiles what it runs");
            (int calls, string table) = await SystemCalls.Count(
                host,
                async () =>
                {
                    Interlocked.Exchange(ref echoed, 0);
                    await Pause.For(TimeSpan.FromSeconds(Soak.Scale(3, 10)), "system calls are counted");
                }
            );
            long messages = Interlocked.Read(ref echoed);
            double perEcho = (double)calls / messages;
            output.WriteLine($"{engine}: {calls} system calls for {messages} echoes: {perEcho:F2} each");
            Assert.True(perEcho <= limit, $"{perEcho:F2} system calls an echo ({messages} echoes):\n{table}");
        }
        finally
        {
            await enough.CancelAsync();
            await load.WaitAsync(TimeSpan.FromSeconds(30));
            Array.ForEach(clients, client => client.Dispose());
        }
    }

    private static async Task EchoUntil(RawClient client, CancellationToken enough, Action echoed)
    {
        byte[] message = new byte[MessageSize];
        while (!enough.IsCancellationRequested)
        {
            await client.Send(message);
            await client.ReadExactly(MessageSize);
            echoed();
        }
    }

    private static Task<HostProcess> Start(string engine) =>
        HostProcess.Start("echo", "--listen", "127.0.0.1:0", "--engine", engine, "--selectors", "1");
}
