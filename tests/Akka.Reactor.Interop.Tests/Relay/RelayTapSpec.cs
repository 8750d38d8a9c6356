using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>The host's relay with a tap, whose output nobody reads for a while.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class RelayTapSpec : IDisposable
{
    private const int Block = 1024 * 1024;
    private const int Blocks = 1024;

    // What goes through without a tap costs about 30 MiB; all lines, without a bound, 200 MiB.
    private const long MostMemory = 96L * 1024 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RelayTapSpec()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(16);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }

    [PeerTheory("bash", "cat")]
    [InlineData("ReactorHost.LineLogger, ReactorHost")]
    [InlineData("Akka.Event.DefaultLogger, Akka")]
    public async Task When_nobody_reads_the_log_lines_are_left_out_and_counted(string logger)
    {
        string config = _folder.Combine("loggers.conf");
        await File.WriteAllTextAsync(config, $"akka.loggers = [\"{logger}\"]");

        // The output goes through a program of its own, which can be stopped.
        await using HostProcess relay = await HostProcess.StartUnder(
            ["bash", "-c", "exec \"$@\" > >(exec cat)", "relay"],
            "relay",
            "--listen",
            "127.0.0.1:0",
            "--connect",
            $"tcp://{_listener.LocalEndPoint}",
            "--tap",
            "--config",
            config
        );
        using RawClient client = await RawClient.Connect(relay.EndPoint("relay"));
        using Socket server = await _listener.AcceptAsync().WaitAsync(Deadline);
        byte[] block = new byte[Block];
        new Random(1).NextBytes(block);
        await Pass(client, server, block, times: 1);

        int reader = ChildOf(relay);
        HostProcess.SignalTo(reader, HostProcess.Stop);
        long grown;
        try
        {
            long before = Resident(relay);
            await Pass(client, server, block, Blocks);
            grown = Resident(relay) - before;
        }
        finally
        {
            HostProcess.SignalTo(reader, HostProcess.Continue);
        }

        Assert.True(grown <= MostMemory, $"It grew by {grown} bytes.");
        await relay.WaitForLine("line(s) of the tap left out");

        // And it goes on behind them.
        byte[] last = "the last"u8.ToArray();
        await Pass(client, server, last, times: 1);
        await relay.WaitForLine($"{client.Name} > 8 bytes: the last");
    }

    private static async Task Pass(RawClient client, Socket server, byte[] block, int times)
    {
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < times; i++)
            {
                await client.Send(block);
            }
        });
        byte[] read = new byte[block.Length];
        for (int i = 0; i < times; i++)
        {
            await ReadFull(server, read);
            Assert.True(block.AsSpan().SequenceEqual(read), $"block {i} is not what was sent");
        }

        await sending.WaitAsync(Deadline);
    }

    private static async Task ReadFull(Socket socket, Memory<byte> into)
    {
        while (!into.IsEmpty)
        {
            int read = await socket.ReceiveAsync(into).AsTask().WaitAsync(Deadline);
            Assert.NotEqual(0, read);
            into = into[read..];
        }
    }

    private static int ChildOf(HostProcess host)
    {
        string children = File.ReadAllText(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{host.Id}/task/{host.Id}/children")
        );
        return int.Parse(children.Trim(), CultureInfo.InvariantCulture);
    }

    private static long Resident(HostProcess host)
    {
        using var process = Process.GetProcessById(host.Id);
        return process.WorkingSet64;
    }
}
