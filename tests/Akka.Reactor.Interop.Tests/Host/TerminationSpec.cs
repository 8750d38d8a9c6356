using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

/// <summary>SIGTERM while a thousand answers are on their way to peers that read slowly.</summary>
[Trait("Engines", "all")]
public sealed class TerminationSpec(ITestOutputHelper output)
{
    private const int Answer = 120_000;
    private const int SmallBuffer = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The host's drain-timeout, and what it takes to end a process on a busy machine.
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(10 + 5);

    public static TheoryData<string> EnginesHere => Engines.Here;

    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task No_answer_in_flight_is_cut_short_and_the_host_exits_with_0_in_time(string engine)
    {
        int connections = engine == "select" ? Engines.ConnectionsOfSelect : 1000;
        await using HostProcess host = await HostProcess.Start("echo", "--listen", "127.0.0.1:0", "--engine", engine);
        int port = host.EndPoint("echo").Port;
        byte[] question = new byte[Answer];
        new Random(3).NextBytes(question);
        List<RawClient> clients = [];
        for (int i = 0; i < connections; i++)
        {
            RawClient client = await RawClient.Connect(host.EndPoint("echo"), SmallBuffer);
            clients.Add(client);
            await client.Send(question);
        }

        // The host has read every question, and could not get rid of any answer.
        await Until(() =>
        {
            IReadOnlyList<KernelQueues> queues = KernelQueues.OfPort(port);
            return queues.Count == connections && queues.All(queue => queue is { Unread: 0, Unsent: > 0 });
        });
        long started = Stopwatch.GetTimestamp();
        host.Signal(HostProcess.Terminate);
        await host.WaitForLine("draining");
        string[] answers = await Task.WhenAll(clients.Select(ReadSlowly));
        int exitCode = await host.WaitForExit();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"{engine}: {connections} answers, exit {exitCode} after {elapsed.TotalSeconds:F1} s");
        string expected = System.Text.Encoding.Latin1.GetString(question);
        Assert.All(answers, answer => Assert.True(answer == expected, $"{answer.Length} of {Answer} bytes"));
        Assert.Equal(0, exitCode);
        Assert.True(elapsed < DrainDeadline, $"It took {elapsed}.");
        Assert.Empty(host.Errors);
    }

    private static async Task<string> ReadSlowly(RawClient client)
    {
        // Hardly anything at first.
        await Pause.For(TimeSpan.FromMilliseconds(Random.Shared.Next(2000)), "a peer that takes its time");
        string answer = await client.ReadToEnd();
        client.Dispose();
        return answer;
    }

    private static async Task Until(Func<bool> condition)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new IOException("The questions were not read, or the answers were all taken.");
            }

            await Pause.BetweenLooks();
        }
    }
}
