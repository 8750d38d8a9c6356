using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A system that refuses to accept, whatever it says: the host neither hangs nor spins, and goes on afterwards.</summary>
[Trait("Engines", "all")]
public sealed class AcceptFaultSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan Failing = TimeSpan.FromSeconds(Soak.Scale(2, 10));

    [PeerTheory("strace")]
    [InlineData("EINTR")]
    [InlineData("ECONNABORTED")]
    [InlineData("EPROTO")]
    [InlineData("ENOBUFS")]
    [InlineData("ENOMEM")]
    [InlineData("EMFILE")]
    [InlineData("ENFILE")]
    [InlineData("EPERM")]
    [InlineData("EINVAL")]
    public async Task It_neither_hangs_nor_spins_and_goes_on_afterwards(string error)
    {
        await using HostProcess host = await HostProcess.Start(
            "echo",
            "--listen",
            "127.0.0.1:0",
            "--engine",
            "epoll",
            "--selectors",
            "1"
        );
        using RawClient old = await RawClient.Connect(host.EndPoint("echo"));
        await AssertEchoes(old);
        List<RawClient> waiting = [];
        int lines;
        await using (FailingAccept fault = await FailingAccept.Start(host, error))
        {
            lines = host.Output.Count;
            for (int i = 0; i < 20; i++)
            {
                waiting.Add(await RawClient.Connect(host.EndPoint("echo")));
                await waiting[i].Send("alive");
            }

            // On the same loop as the listening socket.
            await host.WaitForLine(lines, "accepting pauses");
            TimeSpan cpu = Process.GetProcessById(host.Id).TotalProcessorTime;
            int before = fault.Calls;
            long started = Stopwatch.GetTimestamp();
            await Pause.For(Failing, "accepting fails, and the processor time that this costs is measured");
            await AssertEchoes(old);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            double cores = (Process.GetProcessById(host.Id).TotalProcessorTime - cpu) / elapsed;
            int calls = fault.Calls - before;
            output.WriteLine($"{error}: {cores:F3} cores, {calls} calls in {elapsed.TotalSeconds:F1} s");
            Assert.True(cores < 0.25, $"{cores:F3} cores");

            // Every 250 ms: one call, or eight where it says that it was interrupted.
            Assert.InRange(calls, 1, 50 * elapsed.TotalSeconds);
            Assert.Equal(1, Lines(host, lines));
        }

        // Served well before their patience ends.
        foreach (RawClient client in waiting)
        {
            Assert.Equal("alive", await client.ReadUntil("alive"));
            client.Dispose();
        }

        await host.WaitForLine(lines, "accepting again");
        Assert.Equal(2, Lines(host, lines));
    }

    [PeerTheory("strace")]
    [InlineData("epoll")]
    public async Task A_connection_costs_no_call_for_its_options(string engine)
    {
        await using HostProcess host = await HostProcess.Start(
            "echo",
            "--listen",
            "127.0.0.1:0",
            "--engine",
            engine,
            "--selectors",
            "1"
        );
        (_, string table) = await SystemCalls.Count(
            host,
            async () =>
            {
                for (int i = 0; i < 50; i++)
                {
                    using RawClient client = await RawClient.Connect(host.EndPoint("echo"));
                    await AssertEchoes(client);
                }
            }
        );
        Assert.Contains("accept4", table, StringComparison.Ordinal);

        // The runtime may make some of its own when it runs code for the first time, but not 50.
        Assert.True(Calls(table, "setsockopt") < 10 && Calls(table, "fcntl") < 10, table);
    }

    private static int Calls(string table, string name) =>
        table
            .Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > 4 && string.Equals(columns[^1], name, StringComparison.Ordinal))
            .Sum(columns => int.Parse(columns[3], CultureInfo.InvariantCulture));

    private static int Lines(HostProcess host, int skip) =>
        host.Output.Skip(skip).Count(line => line.Contains("accepting ", StringComparison.Ordinal));

    private static async Task AssertEchoes(RawClient client)
    {
        await client.Send("alive");
        Assert.Equal("alive", await client.ReadUntil("alive"));
    }
}
