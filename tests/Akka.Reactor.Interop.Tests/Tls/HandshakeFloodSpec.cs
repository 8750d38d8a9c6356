using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>Many clients that begin a handshake at once, or that never end it: others of the same loop are served meanwhile.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
[Trait("Machine", "quiet")]
public sealed class HandshakeFloodSpec(ITestOutputHelper output) : IDisposable
{
    private const int MaxHandshakes = 20;
    private static readonly int Rounds = Soak.Scale(1, 5);
    private static readonly int AtOnce = Soak.Scale(300, 3_000);
    private static readonly int Held = Soak.Scale(30, 300);
    private static readonly TimeSpan Siege = TimeSpan.FromSeconds(Soak.Scale(2, 10));
    private static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("none")]
    [InlineData("akka.actor.default-dispatcher")]
    public async Task Pings_of_another_connection_do_not_wait(string dispatcher)
    {
        await using HostProcess host = await Start(dispatcher, handshakes: 64);
        List<TimeSpan> worst = [];
        for (int round = 0; round < Rounds; round++)
        {
            List<Socket> held = await Open(host, Held);
            List<Socket> flood = await Open(host, AtOnce);
            await SendHellos(held);
            using Bystander bystander = new(host.EndPoint("plain"));
            long start = Stopwatch.GetTimestamp();
            await SendHellos(flood);
            int answered = await CountAnswered(flood);
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            worst.Add(await bystander.Worst());
            output.WriteLine(
                FormattableString.Invariant(
                    $"{AtOnce} ClientHellos, {Held} half-open: {answered} answered, all after {took.TotalSeconds:F1} s; the longest wait of a ping {worst[^1].TotalMilliseconds:F1} ms"
                )
            );
            Assert.InRange(answered, 1, AtOnce);
            held.ForEach(socket => socket.Dispose());
            flood.ForEach(socket => socket.Dispose());
        }

        worst.Sort();
        Assert.True(
            !Soak.MachineIsQuiet || worst[Rounds / 2] <= MostWait,
            $"median {worst[Rounds / 2].TotalMilliseconds} ms"
        );
        Assert.Empty(host.Errors);
    }

    [Theory]
    [InlineData("none", "secure")]
    [InlineData("none", "smtp")]
    [InlineData("akka.actor.default-dispatcher", "secure")]
    [InlineData("akka.actor.default-dispatcher", "smtp")]
    public async Task An_honest_handshake_does_not_wait_for_half_open_ones(string dispatcher, string listener)
    {
        await using HostProcess host = await Start(dispatcher, MaxHandshakes);
        List<Socket> held = await Open(host, MaxHandshakes);
        await SendHellos(held);
        List<double> times = [];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Siege)
        {
            using RawClient client = await RawClient.Connect(host.EndPoint(listener));
            if (listener == "smtp")
            {
                await client.ReadReply();
                await client.Send("EHLO t\r\nSTARTTLS\r\n");
                await client.ReadUntil("220 2.0.0 Ready to start TLS\r\n");
            }

            long begun = Stopwatch.GetTimestamp();
            await using SslStream tls = new(client.Stream(), leaveInnerStreamOpen: true, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync("localhost").WaitAsync(Deadline);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            await Pause.For(TimeSpan.FromMilliseconds(50), "the half-open peers stay");
        }

        output.WriteLine(
            FormattableString.Invariant($"{times.Count} handshakes, the longest took {times.Max():F0} ms")
        );

        // All of them are still there.
        Assert.All(held, socket => Assert.False(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0));
        Assert.InRange(times.Max(), 0, Soak.MachineIsQuiet ? 1_000 : 9_000);
        held.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_hundred_that_claim_a_large_ClientHello_hold_little(bool isAllowed)
    {
        await using HostProcess host = await Start("none", MaxHandshakes);
        List<Socket> warm = await Open(host, 200);
        await SendHellos(warm);
        await CountAnswered(warm);
        warm.ForEach(socket => socket.Dispose());
        long before = Process.GetProcessById(host.Id).WorkingSet64;
        List<Socket> claiming = await Open(host, 200);

        // All of what is allowed but the last bytes; or a length of 16 MiB.
        byte[] claim = new byte[isAllowed ? 16_000 : 9_000];
        (
            isAllowed ? new byte[] { 22, 3, 1, 0x3F, 0xF0, 1, 0, 0x3F, 0xEC } : [22, 3, 1, 0x3F, 0, 1, 0xFF, 0xFF, 0xFF]
        ).CopyTo(claim, 0);
        foreach (Socket socket in claiming)
        {
            try
            {
                await socket.SendAsync(claim);
            }
            catch (SocketException)
            {
                // Refused already.
            }
        }

        await Pause.For(TimeSpan.FromSeconds(1), "the host has read everything");
        long each = (Process.GetProcessById(host.Id).WorkingSet64 - before) / claiming.Count;
        int ended = claiming.Count(IsOver);
        output.WriteLine($"{each} bytes for each; {ended} were ended");
        Assert.InRange(each, long.MinValue, 100 * 1024);
        Assert.Equal(isAllowed ? 0 : claiming.Count, ended);
        claiming.ForEach(socket => socket.Dispose());
    }

    private static bool IsOver(Socket socket) => socket.Poll(0, SelectMode.SelectRead);

    private async Task<HostProcess> Start(string dispatcher, int handshakes)
    {
        string config = _folder.Combine("flood.conf");
        string tls = $"tls {{ certificate = \"{_folder.Certificate}\", key = \"{_folder.Key}\" }}";
        const string echo = "protocol = \"Akka.Reactor.Protocols.EchoProtocol, Akka.Reactor.Protocols\"";
        await File.WriteAllTextAsync(
            config,
            $$"""
            akka.reactor {
              selectors = 1
              tls { max-handshakes = {{handshakes}}, handshake-dispatcher = "{{dispatcher}}", handshake-timeout = 30s }
              listeners {
                plain { bind = "tcp://127.0.0.1:0", {{echo}} }
                secure { bind = "tls://127.0.0.1:0", {{echo}}, {{tls}} }
              }
            }
            """
        );
        return await HostProcess.Start(
            "smtp",
            "--listen",
            "127.0.0.1:0",
            "--starttls",
            _folder.Certificate,
            _folder.Key,
            "--maildir",
            _folder.Maildir,
            "--config",
            config
        );
    }

    private static async Task<List<Socket>> Open(HostProcess host, int count)
    {
        IPEndPoint secure = host.EndPoint("secure");
        List<Socket> sockets = [];
        for (int i = 0; i < count; i++)
        {
            Socket socket = new(secure.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(secure).WaitAsync(Deadline);
            sockets.Add(socket);
        }

        return sockets;
    }

    private static async Task SendHellos(List<Socket> sockets)
    {
        byte[] hello = await ClientHello();
        foreach (Socket socket in sockets)
        {
            socket.Send(hello);
        }
    }

    // Waits for the answer to each: bytes, or the end of the connection.
    private static async Task<int> CountAnswered(List<Socket> sockets)
    {
        using CancellationTokenSource deadline = new(Deadline);
        int answered = 0;
        byte[] room = new byte[1];
        foreach (Socket socket in sockets)
        {
            try
            {
                answered += await socket.ReceiveAsync(room, SocketFlags.Peek, deadline.Token);
            }
            catch (SocketException)
            {
                // Refused.
            }
        }

        return answered;
    }

    // The first bytes that a client writes.
    private static async Task<byte[]> ClientHello()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using RawClient client = await RawClient.Connect((IPEndPoint)listener.LocalEndPoint!);
        using Socket accepted = await listener.AcceptAsync().WaitAsync(Deadline);
        await using SslStream tls = new(client.Stream(), leaveInnerStreamOpen: true);
        Task shaking = tls.AuthenticateAsClientAsync("localhost");
        byte[] hello = new byte[16 * 1024];
        int length = await accepted.ReceiveAsync(hello).WaitAsync(Deadline);
        accepted.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => shaking.WaitAsync(Deadline));
        return hello[..length];
    }
}
