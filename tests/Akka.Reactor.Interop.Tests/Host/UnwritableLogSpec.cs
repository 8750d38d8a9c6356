using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

/// <summary>The host, and a standard output that takes nothing: a full disk, or a pipe that nobody reads.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
[Trait("Machine", "quiet")]
public sealed class UnwritableLogSpec(ITestOutputHelper output)
{
    private const double MostIdle = 0.05;

    // Two lines each: more than may wait for the output (8,192), and what a pipe takes.
    private const int Churn = 6000;
    private const long MostMemory = 64L * 1024 * 1024;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ExitDeadline = TimeSpan.FromSeconds(3);

    [PeerFact("bash")]
    public async Task On_a_full_disk_it_serves_idles_and_ends()
    {
        int port = FreePort();
        await using HostProcess host = HostProcess.StartSilent(
            ["env", "DOTNET_GCHeapHardLimit=0x10000000", "bash", "-c", "exec \"$@\" > /dev/full", "host"],
            "echo",
            "--listen",
            $"127.0.0.1:{port}"
        );
        IPEndPoint echo = new(IPAddress.Loopback, port);
        await Echoes(host, echo);
        await ComesToRest(host);
        long before = Resident(host);
        using (Bystander bystander = new(echo))
        {
            await Connect(echo, Churn);
            output.WriteLine(await bystander.AssertServed());
        }

        AssertGrownLittle(Resident(host) - before);
        await ComesToRest(host);
        await Ends(host);
        Assert.Empty(host.Errors);
    }

    [PeerFact("bash", "cat")]
    public async Task With_a_pipe_that_nobody_reads_it_counts_what_is_lost_and_ends()
    {
        // The output goes through a program of its own, which can be stopped.
        await using HostProcess host = await HostProcess.StartUnder(
            ["bash", "-c", "exec \"$@\" > >(exec cat)", "host"],
            "echo",
            "--listen",
            "127.0.0.1:0"
        );
        IPEndPoint echo = host.EndPoint("echo");
        int reader = ChildOf(host);
        try
        {
            HostProcess.SignalTo(reader, HostProcess.Stop);
            long before = Resident(host);
            await Connect(echo, Churn);
            AssertGrownLittle(Resident(host) - before);
            await ComesToRest(host);
            HostProcess.SignalTo(reader, HostProcess.Continue);
            output.WriteLine(await host.WaitForLine("WARN", "lines were lost"));

            HostProcess.SignalTo(reader, HostProcess.Stop);
            await Connect(echo, Churn);
            await Ends(host);
        }
        finally
        {
            HostProcess.SignalTo(reader, HostProcess.Continue);
        }
    }

    [PeerFact("bash")]
    public async Task Help_for_a_full_disk_is_an_error_with_an_exit_code()
    {
        await using HostProcess host = HostProcess.StartSilent(
            ["bash", "-c", "exec \"$@\" > /dev/full", "host"],
            "--help"
        );
        Assert.Equal(2, await host.WaitForExit());
        Assert.StartsWith("ReactorHost: ", Assert.Single(host.Errors), StringComparison.Ordinal);
    }

    [PeerFact("bash")]
    public async Task An_error_for_a_full_disk_has_its_exit_code()
    {
        await using HostProcess host = HostProcess.StartSilent(
            ["bash", "-c", "exec \"$@\" 2> /dev/full", "host"],
            "echo"
        );
        Assert.Equal(2, await host.WaitForExit());
    }

    private async Task Ends(HostProcess host)
    {
        long started = Stopwatch.GetTimestamp();
        host.Signal(HostProcess.Terminate);
        int exitCode = await host.WaitForExitAlone();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"Exit {exitCode} after {elapsed.TotalSeconds:F1} s");
        Assert.Equal(0, exitCode);
        Assert.True(elapsed < ExitDeadline, $"It took {elapsed}.");
    }

    // The runtime compiles for a while what has been used.
    private async Task ComesToRest(HostProcess host)
    {
        double busy;
        long started = Stopwatch.GetTimestamp();
        do
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, "It does not come to rest.");
            TimeSpan used = ProcessorTime(host);
            long from = Stopwatch.GetTimestamp();
            await Pause.For(Watched, "processor time is measured");
            busy = (ProcessorTime(host) - used) / Stopwatch.GetElapsedTime(from);
        } while (busy >= MostIdle);

        output.WriteLine($"Idle: {busy:P1} of a processor");
    }

    private static async Task Echoes(HostProcess host, IPEndPoint echo)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (true)
        {
            try
            {
                using RawClient client = await RawClient.Connect(echo);
                await client.Send("hello");
                return;
            }
            catch (SocketException)
            {
                Assert.Empty(host.Errors);
                await Pause.BetweenLooks(deadline.Token);
            }
        }
    }

    private static async Task Connect(IPEndPoint echo, int times)
    {
        for (int i = 0; i < times; i++)
        {
            using RawClient client = await RawClient.Connect(echo);
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static int ChildOf(HostProcess host)
    {
        string children = File.ReadAllText(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{host.Id}/task/{host.Id}/children")
        );
        return int.Parse(children.Trim(), CultureInfo.InvariantCulture);
    }

    private static TimeSpan ProcessorTime(HostProcess host)
    {
        using var process = Process.GetProcessById(host.Id);
        return process.TotalProcessorTime;
    }

    private static void AssertGrownLittle(long bytes) => Assert.True(bytes <= MostMemory, $"It grew by {bytes} bytes.");

    private static long Resident(HostProcess host)
    {
        using var process = Process.GetProcessById(host.Id);
        return process.WorkingSet64;
    }
}
