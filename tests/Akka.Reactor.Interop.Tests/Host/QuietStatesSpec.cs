using System;
using System.Collections.Generic;
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

/// <summary>
/// Connections that wait for somebody, whatever for, cost no system calls. One host has connections in every such state at one
/// time; then it is told to end, which they all outlast.
/// </summary>
[Trait("Engines", "all")]
public sealed class QuietStatesSpec(ITestOutputHelper output)
{
    private const int Countings = 3;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(5);

    public static TheoryData<string> EnginesHere => Engines.Some;

    [PeerTheory("strace")]
    [MemberData(nameof(EnginesHere))]
    public async Task Connections_that_wait_cost_fewer_than_20_system_calls_a_second(string engine)
    {
        // A relay has two descriptors for each, of which select can watch 1,024.
        int each = engine == "select" ? 50 : 100;
        using TempFolder folder = new();
        using Socket silent = Listen(backlog: 1000);

        // Those in its backlog are connected; the kernel does not answer the next.
        using Socket full = Listen(backlog: 0);
        using Socket first = await Connect((IPEndPoint)full.LocalEndPoint!);
        string config = folder.Combine("states.conf");
        await File.WriteAllTextAsync(config, Configuration(engine, folder, silent, full, each));
        await using HostProcess host = await HostProcess.Start("--config", config);
        List<Socket> sockets = [];
        Task<Socket[]> accepted = Accept(silent, 2 * each);
        try
        {
            for (int i = 0; i < each; i++)
            {
                sockets.Add(await HalfClosed(host.EndPoint("half-closed")));
                sockets.Add(await Suspended(host.EndPoint("suspended")));
                sockets.Add(await Connect(host.EndPoint("dialling")));
                sockets.Add(await Connect(host.EndPoint("handshaking")));
                sockets.Add(await Lingering(host.EndPoint("lingering")));
            }

            sockets.AddRange(await accepted.WaitAsync(TimeSpan.FromSeconds(30)));
            await Pause.For(TimeSpan.FromSeconds(5), "all is as it will stay, and idle threads of the pool end");
            await AssertQuiet("waiting", () => SystemCalls.Count(host, Watch));
            host.Signal(HostProcess.Terminate);
            await Pause.For(TimeSpan.FromSeconds(3), "what can end has ended");

            // Akka times the phases of a shutdown by its own scheduler, which has ticks.
            await AssertQuiet("draining", () => SystemCalls.CountOfLoops(host, Watch));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static Task Watch() => Pause.For(Watched, "system calls are counted");

    // On a busy machine the kernel still moves bytes into the buffers of a peer that does not read, and the runtime still compiles, when
    // the first counting begins. A state that costs system calls costs them every time.
    private async Task AssertQuiet(string what, Func<Task<(int Count, string Table)>> count)
    {
        for (int left = Countings; ; left--)
        {
            (int calls, string table) = await count();
            output.WriteLine($"{what}: {calls} system calls in {Watched.TotalSeconds} s");
            if (calls < 20 * Watched.TotalSeconds)
            {
                return;
            }

            Assert.True(left > 1, $"{what}: {calls} in {Watched.TotalSeconds} s:\n{table}");
        }
    }

    private static string Configuration(string engine, TempFolder folder, Socket silent, Socket full, int clients) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            akka.extensions = ["Akka.Reactor.ReactorExtensionProvider, Akka.Reactor"]
            akka.coordinated-shutdown.phases.service-unbind.timeout = 60s
            akka.reactor {
              engine = {{engine}}
              connection { linger-timeout = 1m }
              tls.handshake-timeout = 1m
              listener.drain-timeout = 30s
              client { connect-timeout = 1m, reconnect { min-backoff = 1m, max-backoff = 1m, jitter = 0 } }
              listeners {
                half-closed {{Relay(silent)}}
                suspended {{Relay(silent)}}
                dialling {{Relay(full)}}
                handshaking {
                  bind = "tls://127.0.0.1:0"
                  protocol = "Akka.Reactor.Protocols.EchoProtocol, Akka.Reactor.Protocols"
                  tls { certificate = "{{folder.Certificate}}", key = "{{folder.Key}}" }
                }
                lingering {
                  bind = "tcp://127.0.0.1:0"
                  protocol = "Akka.Reactor.Protocols.SmtpReceiver, Akka.Reactor.Protocols"
                  options { hostname = localhost, deliver-to = "/user/maildir" }
                }
              }
              clients {
                {{string.Join("\n", Enumerable.Range(0, clients).Select(Offline))}}
              }
            }
            """
        );

    private static string Relay(Socket to) =>
        $$"""
            {
              bind = "tcp://127.0.0.1:0"
              protocol = "Akka.Reactor.Protocols.RelayProtocol, Akka.Reactor.Protocols"
              options.connect = ["tcp://{{to.LocalEndPoint}}"]
            }
            """;

    private static string Offline(int number) =>
        $$"""
            offline-{{number}} {
              connect = ["tcp://127.0.0.1:1"]
              protocol = "Akka.Reactor.Protocols.EchoProtocol, Akka.Reactor.Protocols"
            }
            """;

    // To the server that is silent its end is passed on, and neither reads nor writes.
    private static async Task<Socket> HalfClosed(IPEndPoint relay)
    {
        Socket socket = await Connect(relay);
        socket.Shutdown(SocketShutdown.Send);
        return socket;
    }

    // The server does not read: what the relay has for it stays, and the relay reads no more.
    private static async Task<Socket> Suspended(IPEndPoint relay)
    {
        Socket socket = await Connect(relay);
        socket.Blocking = false;
        byte[] block = new byte[64 * 1024];
        for (int stuck = 0; stuck < 3; )
        {
            socket.Send(block, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                stuck++;
                await Pause.BetweenLooks();
            }
        }

        return socket;
    }

    // It has said goodbye and finished; we have not.
    private static async Task<Socket> Lingering(IPEndPoint smtp)
    {
        Socket socket = await Connect(smtp);
        byte[] buffer = new byte[1000];
        await socket.ReceiveAsync(buffer);
        await socket.SendAsync("QUIT\r\n"u8.ToArray());
        while (await socket.ReceiveAsync(buffer) > 0) { }
        return socket;
    }

    private static Socket Listen(int backlog)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog);
        return listener;
    }

    private static async Task<Socket[]> Accept(Socket listener, int count)
    {
        Socket[] accepted = new Socket[count];
        for (int i = 0; i < count; i++)
        {
            accepted[i] = await listener.AcceptAsync();
        }

        return accepted;
    }

    private static async Task<Socket> Connect(IPEndPoint to)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(to);
        return socket;
    }
}
