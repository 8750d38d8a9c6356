using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>Two million bytes through a relay, and then every kind of end: all arrive, and what was cut does not look whole.</summary>
[Trait("Engines", "all")]
public sealed class RelayEndsSpec(ITestOutputHelper output)
{
    // select watches no descriptor from 1,024 on, and a listener holds some in reserve.
    private const int SideBySide = 16;

    private static readonly byte[] Data = RandomBytes();

    public static TheoryData<string> RelayEngines => Engines.Some;

    [Theory]
    [MemberData(nameof(RelayEngines))]
    public async Task All_that_was_sent_arrives_before_the_end_and_a_cut_is_never_a_clean_end(string engine)
    {
        IReadOnlyList<RelayScene> scenes = [.. Scenes.Where(scene => Soak.IsOn || IsUsual(scene, engine))];
        using TempFolder folder = new();
        IReadOnlyList<Delivery> ours = await Run(
            folder,
            scenes,
            (some, behind) => RelayUnderTest.Ours(engine, folder, some, behind)
        );
        Print(engine, scenes, ours);
        Assert.All(
            scenes.Zip(ours),
            pair =>
            {
                (RelayScene scene, Delivery delivery) = pair;
                Assert.True(delivery.Intact, $"{scene}: not what was sent");
                Assert.True(delivery.Bytes == RelayScene.Size, $"{scene}: {delivery}");
                Assert.True(scene.IsRight(delivery.End), $"{scene}: {delivery}");
            }
        );
    }

    [PeerFact("haproxy")]
    public async Task Haproxy_delivers_no_more()
    {
        IReadOnlyList<RelayScene> scenes = [.. Scenes.Where(scene => Soak.IsOn || IsUsual(scene, "epoll"))];
        using TempFolder folder = new();
        IReadOnlyList<Delivery> haproxy = await Run(
            folder,
            scenes,
            (some, behind) => RelayUnderTest.Haproxy(folder, some, behind)
        );
        Print("haproxy", scenes, haproxy);
        Assert.All(haproxy, delivery => Assert.InRange(delivery.Bytes, 0, RelayScene.Size));
    }

    private static IReadOnlyList<RelayScene> Scenes =>
        [
            .. from tlsClient in new[] { false, true }
            from tlsServer in new[] { false, true }
            from serverSends in new[] { true, false }
            from end in Enum.GetValues<PeerEnd>()
            from slow in new[] { true, false }
            select new RelayScene(tlsClient, tlsServer, serverSends, end, slow),
        ];

    // Every kind of end, each with a side that speaks TLS and one that does not.
    private static bool IsUsual(RelayScene scene, string engine) =>
        scene.Slow && (string.Equals(engine, "epoll", StringComparison.Ordinal) || scene.TlsClient != scene.TlsServer);

    private async Task<IReadOnlyList<Delivery>> Run(
        TempFolder folder,
        IReadOnlyList<RelayScene> scenes,
        Func<IReadOnlyList<RelayScene>, IReadOnlyList<int>, Task<RelayUnderTest>> start
    )
    {
        List<Delivery> all = [];
        foreach (RelayScene[] some in scenes.Chunk(SideBySide))
        {
            List<Socket> listeners = [.. some.Select(Listen)];
            try
            {
                await using RelayUnderTest relay = await start(some, [.. listeners.Select(Port)]);
                using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(folder.Certificate, folder.Key);
                Delivery[] deliveries = await Task.WhenAll(
                    some.Select((scene, i) => Play(scene, listeners[i], relay.Fronts[i], certificate))
                );
                all.AddRange(deliveries);
                if (deliveries.Any(delivery => delivery.Bytes < RelayScene.Size))
                {
                    output.WriteLine(string.Join("\n", relay.Log));
                }
            }
            finally
            {
                listeners.ForEach(listener => listener.Dispose());
            }
        }

        return all;
    }

    private static async Task<Delivery> Play(RelayScene scene, Socket listener, int front, X509Certificate2 certificate)
    {
        Task<ScriptedPeer> accepting = ScriptedPeer.Server(listener, scene.TlsServer ? certificate : null);
        using ScriptedPeer client = await ScriptedPeer.Client(front, scene.TlsClient, scene.Slow && scene.ServerSends);
        using ScriptedPeer server = await accepting;
        (ScriptedPeer sender, ScriptedPeer reader) = scene.ServerSends ? (server, client) : (client, server);
        if (scene.End == PeerEnd.Crash)
        {
            await reader.Greet();
        }

        Task sending = sender.Send(Data, scene.End);
        Delivery delivery = await reader.Read(Data, scene.Slow);
        await Record.ExceptionAsync(() => sending);
        return delivery;
    }

    private void Print(string relay, IReadOnlyList<RelayScene> scenes, IReadOnlyList<Delivery> deliveries)
    {
        foreach ((RelayScene scene, Delivery delivery) in scenes.Zip(deliveries))
        {
            output.WriteLine($"{relay, -9}{scene}  {delivery}");
        }
    }

    private static Socket Listen(RelayScene scene)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        ScriptedPeer.MakeSlow(listener, scene is { Slow: true, ServerSends: false });
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(16);
        return listener;
    }

    private static int Port(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;

    private static byte[] RandomBytes()
    {
        byte[] data = new byte[RelayScene.Size];
        new Random(1).NextBytes(data);
        return data;
    }
}
