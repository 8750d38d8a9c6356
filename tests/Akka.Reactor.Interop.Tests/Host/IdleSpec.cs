using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

[Trait("Engines", "all")]
public sealed class IdleSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(Soak.Scale(5, 10));

    public static TheoryData<string> EnginesHere => Engines.Some;

    [PeerTheory("strace")]
    [MemberData(nameof(EnginesHere))]
    public async Task With_1000_idle_connections_it_makes_fewer_than_20_system_calls_a_second(string engine)
    {
        using TempFolder folder = new();
        await using HostProcess host = await HostProcess.Start(
            "smtp",
            "--listen",
            "127.0.0.1:0",
            "--maildir",
            folder.Maildir,
            "--engine",
            engine
        );
        int connections = engine is "select" ? Engines.ConnectionsOfSelect : 1000;
        List<RawClient> clients = [];
        try
        {
            for (int number = 0; number < connections; number++)
            {
                RawClient client = await RawClient.Connect(host.EndPoint("smtp"));
                clients.Add(client);
                await client.ReadReply();
                await client.Send("EHLO t\r\n");
                await client.ReadReply();
            }

            // Threads that were started for the connections' sake go away when they have had nothing to do for a while.
            await Pause.For(TimeSpan.FromSeconds(5), "idle threads of the pool end");
            int threads = Process.GetProcessById(host.Id).Threads.Count;
            Assert.InRange(threads, 1, 60);

            (int calls, string table) = await SystemCalls.Count(
                host,
                () => Pause.For(Watched, "system calls are counted")
            );
            output.WriteLine($"{threads} threads; {calls} system calls in {Watched.TotalSeconds} s");
            Assert.True(calls < 20 * Watched.TotalSeconds, $"{calls} calls in {Watched.TotalSeconds} s:\n{table}");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
