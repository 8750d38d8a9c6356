using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>A relay that is wanted by more clients than it has descriptors for, or than it accepts.</summary>
public sealed class RelayShortageSpec(ITestOutputHelper output)
{
    private const int Limit = 200;
    private const int Clients = 400;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static TheoryData<string> RelayEngines => Engines.Among("epoll", "io_uring");

    [PeerTheory("prlimit")]
    [MemberData(nameof(RelayEngines))]
    [Trait("Engines", "all")]
    public async Task Everybody_is_served_in_turn_and_the_shortage_is_said_once(string engine)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Clients);
        using CancellationTokenSource over = new();
        Task echoing = EchoTo(listener, over.Token);
        await using HostProcess relay = await HostProcess.StartLimited(
            Limit,
            "relay",
            "--listen",
            "127.0.0.1:0",
            "--connect",
            $"tcp://{listener.LocalEndPoint}",
            "--engine",
            engine
        );
        string[] outcomes = await Task.WhenAll(
                Enumerable.Range(0, Clients).Select(_ => Task.Run(() => Visit(relay.EndPoint("relay"))))
            )
            .WaitAsync(Deadline);
        await over.CancelAsync();
        await echoing;
        string[] lines = [.. relay.Output.Where(line => line.Contains("errno", StringComparison.Ordinal))];
        output.WriteLine(string.Join("\n", outcomes.CountBy(outcome => outcome)));
        output.WriteLine(FormattableString.Invariant($"{lines.Length} lines"));
        output.WriteLine(string.Join("\n", lines.Take(5)));
        output.WriteLine(string.Join("\n", relay.Output.TakeLast(20).Concat(relay.Errors)));
        Assert.All(outcomes, outcome => Assert.Equal("served", outcome));
        Assert.All(lines, line => Assert.Contains("accepting pauses", line, StringComparison.Ordinal));
        Assert.InRange(lines.Length, 1, 10);
    }

    [Fact]
    public async Task A_burst_waits_in_a_backlog_as_long_as_the_system_allows()
    {
        const int Burst = 2_000;
        int most = int.Parse(await File.ReadAllTextAsync("/proc/sys/net/core/somaxconn"), CultureInfo.InvariantCulture);
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(16);
        using TempFolder folder = new();
        string file = folder.Combine("one.conf");
        await File.WriteAllTextAsync(file, "akka.reactor.listener.max-connections = 1");
        await using HostProcess relay = await HostProcess.Start(
            "relay",
            "--listen",
            "127.0.0.1:0",
            "--connect",
            $"tcp://{listener.LocalEndPoint}",
            "--config",
            file
        );
        List<Socket> clients = [];
        try
        {
            int expected = Math.Min(Burst, most);
            List<Task> connecting = [];
            for (int i = 0; i < expected; i++)
            {
                Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                connecting.Add(client.ConnectAsync(relay.EndPoint("relay")));
            }

            // One that finds no room is told nothing, and its TCP tries again after a second.
            await Task.WhenAny(
                Task.WhenAll(connecting),
                Pause.For(TimeSpan.FromMilliseconds(800), "a SYN that found no room is sent again after a second")
            );
            int connected = connecting.Count(task => task.IsCompletedSuccessfully);
            output.WriteLine(FormattableString.Invariant($"{connected} of {expected} at once"));
            Assert.Equal(expected, connected);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static async Task<string> Visit(IPEndPoint relay)
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(relay).WaitAsync(Deadline);
            await socket.SendAsync(new byte[10]);
            byte[] echo = new byte[10];
            int read = await socket.ReceiveAsync(echo).WaitAsync(Deadline);

            // Stays for a moment, so that there are many at once.
            await Pause.For(TimeSpan.FromMilliseconds(200), "many connections are there at once");
            return read == 10 ? "served" : "ended";
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode.ToString();
        }
        catch (TimeoutException)
        {
            return "not served";
        }
    }

    private static async Task EchoTo(Socket listener, CancellationToken over)
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync(over);
                _ = Task.Run(
                    async () =>
                    {
                        using (socket)
                        {
                            byte[] data = new byte[10];
                            int read;
                            while ((read = await socket.ReceiveAsync(data)) > 0)
                            {
                                await socket.SendAsync(data.AsMemory(0, read));
                            }
                        }
                    },
                    CancellationToken.None
                );
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
