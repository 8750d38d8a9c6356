using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

/// <summary>The system refuses calls of the loops: now and then, or altogether for a while.</summary>
[Trait("Engines", "all")]
public sealed class ErrnoSpec(ITestOutputHelper output)
{
    private const int Connections = 20;

    // Where every fiftieth call costs a connection: with more of them nobody would be left.
    private const int CostlyRounds = 20;

    private static readonly int Rounds = Soak.Scale(20, 200);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(Soak.Scale(1, 3));
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(Soak.Scale(30, 300));

    public static TheoryData<string, string, string, string> Harmless
    {
        get
        {
            TheoryData<string, string, string, string> data = new()
            {
                { "epoll", "epoll_wait", "EINTR", "1+2" },
                { "epoll", "epoll_wait", "EBADF", "10+40" },
                { "epoll", "epoll_wait", "ENOMEM", "10+40" },
                { "epoll", "recvfrom", "EINTR", "1+2" },
                { "epoll", "recvfrom", "EAGAIN", "1+2" },
                { "epoll", "sendto", "EINTR", "1+2" },
                { "epoll", "sendto", "EAGAIN", "1+2" },
                { "poll", "poll", "EINTR", "1+2" },
                { "poll", "poll", "ENOMEM", "10+40" },
                { "poll", "recvfrom", "EAGAIN", "1+2" },
                { "poll", "sendto", "EAGAIN", "1+2" },
                { "select", "pselect6", "EINTR", "1+2" },
                { "select", "pselect6", "ENOMEM", "10+40" },
                { "select", "pselect6", "EBADF", "10+40" },
            };
            if (Engines.IsUringAllowed)
            {
                data.Add("io_uring", "io_uring_enter", "EINTR", "1+2");
                data.Add("io_uring", "io_uring_enter", "EAGAIN", "1+2");
                data.Add("io_uring", "io_uring_enter", "EBUSY", "1+2");
                data.Add("io_uring", "io_uring_enter", "EBADF", "10+40");
            }

            return data;
        }
    }

    public static TheoryData<string, string, string> Lasting
    {
        get
        {
            TheoryData<string, string, string> data = new()
            {
                { "epoll", "epoll_wait", "EBADF" },
                { "epoll", "epoll_wait,epoll_create1", "EMFILE" },
                { "poll", "poll", "ENOMEM" },
                { "select", "pselect6", "ENOMEM" },
            };
            if (Engines.IsUringAllowed)
            {
                data.Add("io_uring", "io_uring_enter", "EBUSY");
                data.Add("io_uring", "io_uring_enter", "EAGAIN");
                data.Add("io_uring", "io_uring_enter,io_uring_setup", "ENOMEM");
            }

            return data;
        }
    }

    // What a refused call means to nobody: it is made again, or its engine is replaced.
    [PeerTheory("strace")]
    [MemberData(nameof(Harmless))]
    public async Task Every_connection_goes_on(string engine, string call, string errno, string when)
    {
        await using HostProcess host = await Start(engine);
        List<RawClient> clients = await ConnectAll(host);
        FailingCalls failing = await FailingCalls.Of(host, call, errno, when);
        await using (failing)
        {
            await Task.WhenAll(clients.Select(client => Echoes(client, Rounds))).WaitAsync(Deadline);
            await AssertIdle(host);
        }

        Report(failing);
        Assert.DoesNotContain(host.Output, line => line.Contains("closed", StringComparison.Ordinal));
        await Task.WhenAll(clients.Select(client => Echoes(client, Rounds))).WaitAsync(Deadline);
        clients.ForEach(client => client.Dispose());
    }

    // What costs the connection it happens to, and no other.
    [PeerTheory("strace")]
    [InlineData("epoll", "recvfrom", "ENOBUFS", "30+50", "Failed", "No buffer space available")]
    [InlineData("epoll", "recvfrom", "ETIMEDOUT", "30+50", "Reset", "Connection timed out")]
    [InlineData("epoll", "sendto", "ENOBUFS", "30+50", "Failed", "No buffer space available")]
    [InlineData("epoll", "sendto", "EPIPE", "30+50", "Reset", "Broken pipe")]
    [InlineData("poll", "recvfrom", "ECONNRESET", "30+50", "Reset", "Connection reset by peer")]
    [InlineData("select", "sendto", "ENOBUFS", "30+50", "Failed", "No buffer space available")]
    public async Task The_connection_fails_with_its_typed_reason_and_the_others_go_on(
        string engine,
        string call,
        string errno,
        string when,
        string reason,
        string words
    )
    {
        await using HostProcess host = await Start(engine);
        List<RawClient> clients = await ConnectAll(host);
        FailingCalls failing = await FailingCalls.Of(host, call, errno, when);
        bool[] survived;
        await using (failing)
        {
            survived = await Task.WhenAll(clients.Select(Survives)).WaitAsync(Deadline);
            await AssertIdle(host);
        }

        Report(failing);
        int lost = survived.Count(survivor => !survivor);
        Assert.InRange(lost, 1, Connections - 1);
        await host.WaitForLine($"closed ({reason}", words);
        Assert.Equal(lost, host.Output.Count(line => line.Contains(" closed (", StringComparison.Ordinal)));
        for (int i = 0; i < Connections; i++)
        {
            if (survived[i])
            {
                await Echoes(clients[i], CostlyRounds).WaitAsync(Deadline);
            }
        }

        using RawClient fresh = await RawClient.Connect(host.EndPoint("echo"));
        await Echoes(fresh, CostlyRounds).WaitAsync(Deadline);
        clients.ForEach(client => client.Dispose());
    }

    // Nothing works for a while: the connections wait, the processor does not work itself to death.
    [PeerTheory("strace")]
    [MemberData(nameof(Lasting))]
    public async Task While_nothing_works_the_connections_wait_and_afterwards_they_go_on(
        string engine,
        string call,
        string errno
    )
    {
        await using HostProcess host = await Start(engine);
        List<RawClient> clients = await ConnectAll(host);
        int lines = host.Output.Count;
        Stopwatch time = Stopwatch.StartNew();
        FailingCalls failing = await FailingCalls.Of(host, call, errno, "1+");
        await using (failing)
        {
            foreach (RawClient client in clients)
            {
                await client.Send("are you there?");
            }

            await AssertIdle(host);
        }

        Report(failing);
        Assert.InRange(failing.Seen.Calls, 1, 10_000);

        // A failure comes with its stack trace, which is many lines of output; each begins with the time. Engines that fail are
        // followed by others less and less often, so that the first second is the worst.
        Assert.InRange(
            host.Output.Skip(lines).Count(line => line.StartsWith('0') || line.StartsWith('1') || line.StartsWith('2')),
            0,
            10 * Math.Ceiling(time.Elapsed.TotalSeconds)
        );
        foreach (RawClient client in clients)
        {
            await client.ReadExactly("are you there?".Length);
        }

        await Task.WhenAll(clients.Select(client => Echoes(client, Rounds))).WaitAsync(Deadline);
        Assert.DoesNotContain(host.Output, line => line.Contains("closed", StringComparison.Ordinal));
        clients.ForEach(client => client.Dispose());
    }

    private static Task<HostProcess> Start(string engine) =>
        HostProcess.Start("echo", "--listen", "127.0.0.1:0", "--engine", engine, "--selectors", "1");

    private static async Task<List<RawClient>> ConnectAll(HostProcess host)
    {
        List<RawClient> clients = [];
        for (int number = 0; number < Connections; number++)
        {
            clients.Add(await RawClient.Connect(host.EndPoint("echo")));
            await Echo(clients[^1], number);
        }

        // The log may be behind; what comes after this is about what happens after it.
        await host.WaitForLine(clients[^1].Name);
        return clients;
    }

    private static async Task Echoes(RawClient client, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            await Echo(client, round);
        }
    }

    private static async Task<bool> Survives(RawClient client)
    {
        try
        {
            await Echoes(client, CostlyRounds);
            return true;
        }
        catch (Exception failure) when (failure is EndOfStreamException or SocketException)
        {
            return false;
        }
    }

    private static async Task Echo(RawClient client, int round)
    {
        string text = $"round {round} of {client.Name};";
        await client.Send(text);
        string back = await client.ReadUntil(";");
        Assert.Equal(text, back);
    }

    private static async Task AssertIdle(HostProcess host)
    {
        using var process = Process.GetProcessById(host.Id);
        TimeSpan before = process.TotalProcessorTime;
        await Pause.For(Idle, "the processor time of an idle host is measured");
        process.Refresh();
        TimeSpan used = process.TotalProcessorTime - before;
        Assert.True(used < Idle / 2, $"It used {used} of a processor in {Idle} without anything to do.");
    }

    private void Report(FailingCalls failing)
    {
        output.WriteLine($"{failing.Seen.Calls} calls, {failing.Seen.Failed} failed");
        Assert.True(failing.Seen.Failed > 0, "No call failed.");

        // Some for every message; a loop that goes round in circles makes hundreds of thousands.
        Assert.InRange(failing.Seen.Calls, 1, 50 * Connections * Rounds);
    }
}
