using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

/// <summary>Peers that let the host hold as much as each of them may, in a heap that is too small for all of them.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
[Trait("Machine", "quiet")]
public sealed class HeldMemorySpec(ITestOutputHelper output) : IDisposable
{
    private static readonly int PeersOfAKind = Soak.Scale(400, 5_000);
    private static readonly int AskingPeers = Soak.Scale(400, 2_000);
    private static readonly int Heap = Soak.Scale(48, 256) * 1024 * 1024;
    private static readonly TimeSpan Siege = TimeSpan.FromSeconds(Soak.Scale(8, 300));

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What the peers do; all of it in the soak.</summary>
    public static TheoryData<string> Kinds =>
        Soak.IsOn
            ? ["never-read", "half-a-message", "both", "small-answers"]
            : ["never-read", "half-a-message", "small-answers"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_host_lives_and_serves_others(string kinds)
    {
        string config = _folder.Combine("small.conf");
        await File.WriteAllTextAsync(
            config,
            """
            akka.reactor.connection.socket.send-buffer = 16KiB
            akka.reactor.listeners {
              echo { bind = "tcp://127.0.0.1:0", protocol = "Akka.Reactor.Protocols.EchoProtocol, Akka.Reactor.Protocols" }
              dots {
                bind = "tcp://127.0.0.1:0"
                protocol = "Akka.Reactor.Interop.Tests.DotProtocol, Akka.Reactor.Interop.Tests"
              }
            }
            """
        );
        await using HostProcess host = await HostProcess.StartUnder(
            ["env", $"DOTNET_GCHeapHardLimit=0x{Heap:x}", HostProcess.WithTestProtocols],
            "smtp",
            "--listen",
            "127.0.0.1:0",
            "--maildir",
            _folder.Maildir,
            "--config",
            config
        );
        using Bystander bystander = new(host.EndPoint("echo"));
        List<Besieger> besiegers = [];
        if (kinds is "never-read" or "both")
        {
            besiegers.AddRange(Enumerable.Range(0, PeersOfAKind).Select(_ => new NeverReader(host.EndPoint("echo"))));
        }

        if (kinds is "half-a-message" or "both")
        {
            besiegers.AddRange(Enumerable.Range(0, PeersOfAKind).Select(_ => new HalfSender(host.EndPoint("smtp"))));
        }

        if (kinds is "small-answers")
        {
            besiegers.AddRange(Enumerable.Range(0, AskingPeers).Select(_ => new Asker(host.EndPoint("dots"))));
        }

        Stopwatch since = Stopwatch.StartNew();
        while (since.Elapsed < Siege)
        {
            besiegers.ForEach(besieger => besieger.Step());
            await Pause.For(TimeSpan.FromMilliseconds(100), "the peers are at their siege");
        }

        // Whatever went wrong, the host's last lines say it best.
        foreach (string line in host.Output.Concat(host.Errors).TakeLast(20))
        {
            output.WriteLine(line);
        }

        string pings = await bystander.AssertServed();
        int ended = besiegers.Sum(besieger => besieger.Ended);
        output.WriteLine($"{besiegers.Count} peers, of whom {ended} were ended; {pings}");

        // Whoever was ended was ended for the memory, or after minutes because nothing was read, with a line of its own; and nothing else
        // has failed. The bystander has closed.
        IEnumerable<string> ends = host.Output.Where(line =>
            line.Contains(" closed (", StringComparison.Ordinal)
            && !line.Contains(" closed (Requested)", StringComparison.Ordinal)
        );
        Assert.All(ends, line => Assert.Matches(@"closed \((Shed|TimedOut): ", line));
        Assert.InRange(ends.Count() + LinesLost(host), ended, int.MaxValue);
        Assert.DoesNotContain(host.Output, line => line.Contains(" ERROR ", StringComparison.Ordinal));
        besiegers.ForEach(besieger => besieger.Dispose());

        // Everything goes on as before.
        await host.WaitForLine("memory-limit: the connections hold", "at most");
        await host.WaitForLine("memory-limit: the connections hold", "connection(s) were ended");
        Assert.NotEqual(0, ended);
        using RawClient after = await RawClient.Connect(host.EndPoint("smtp"));
        Assert.StartsWith("220 ", await after.ReadReply(), StringComparison.Ordinal);
        Assert.Empty(host.Errors);
    }

    // The host drops lines rather than to wait for whoever reads them, and says how many: thousands can be due at once here.
    private static int LinesLost(HostProcess host) =>
        host
            .Output.Where(line => line.EndsWith(" lines were lost", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split(' ')[^4], CultureInfo.InvariantCulture));

    /// <summary>A peer that connects again when it was ended.</summary>
    private abstract class Besieger(IPEndPoint to) : IDisposable
    {
        private Socket? _socket;
        private Task _connecting = Task.CompletedTask;

        /// <summary>How often the host ended the connection.</summary>
        internal int Ended { get; private set; }

        /// <summary>Does what is possible now, and never waits.</summary>
        internal void Step()
        {
            if (_socket is null)
            {
                _socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
                {
                    ReceiveBufferSize = 4096,
                    SendBufferSize = 4096,
                };
                Begin();
                _connecting = _socket.ConnectAsync(to);
            }
            else if (_connecting.IsFaulted)
            {
                End();
            }
            else if (_connecting.IsCompleted)
            {
                SendSome(_socket);
            }
        }

        public void Dispose() => _socket?.Dispose();

        /// <summary>A new connection is made.</summary>
        protected virtual void Begin() { }

        protected abstract ReadOnlySpan<byte> Next();

        /// <summary>So much of <see cref="Next"/> was sent.</summary>
        protected virtual void Sent(int count) { }

        private void SendSome(Socket socket)
        {
            socket.Blocking = false;
            for (int i = 0; i < 64; i++)
            {
                ReadOnlySpan<byte> next = Next();
                int count = socket.Send(next, SocketFlags.None, out SocketError error);
                if (error is SocketError.WouldBlock || (error is SocketError.Success && next.IsEmpty))
                {
                    if (IsOver(socket))
                    {
                        End();
                    }

                    return;
                }

                if (error != SocketError.Success)
                {
                    End();
                    return;
                }

                Sent(count);
            }
        }

        private static bool IsOver(Socket socket) =>
            socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0;

        private void End()
        {
            Ended++;
            _socket!.Dispose();
            _socket = null;
        }
    }

    /// <summary>Sends to an echo server, and never reads.</summary>
    private sealed class NeverReader(IPEndPoint to) : Besieger(to)
    {
        private static readonly byte[] Block = new byte[16 * 1024];

        protected override ReadOnlySpan<byte> Next() => Block;
    }

    /// <summary>Asks again and again for an answer of one byte, and never reads.</summary>
    private sealed class Asker(IPEndPoint to) : Besieger(to)
    {
        private static readonly byte[] Requests = Enumerable.Repeat((byte)'\n', 16 * 1024).ToArray();

        protected override ReadOnlySpan<byte> Next() => Requests;
    }

    /// <summary>Sends a mail of 60 KiB without its end.</summary>
    private sealed class HalfSender(IPEndPoint to) : Besieger(to)
    {
        private static readonly byte[] Message =
        [
            .. "EHLO t\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n"u8,
            .. Enumerable
                .Repeat("0123456789 0123456789 0123456789 0123456789\r\n"u8.ToArray(), 1365)
                .SelectMany(line => line),
        ];

        private int _sent;

        protected override void Begin() => _sent = 0;

        protected override ReadOnlySpan<byte> Next() => Message.AsSpan(_sent);

        protected override void Sent(int count) => _sent += count;
    }
}
