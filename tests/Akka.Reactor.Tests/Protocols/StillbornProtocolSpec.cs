using System.Buffers;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>Protocols that stop before their connection has begun.</summary>
[Trait("Engines", "all")]
public sealed class StillbornProtocolSpec
{
    private const int Connections = 20;

    public static TheoryData<string> EnginesHere => [.. EngineSystem.Engines];

    // A selector that still knew of their descriptors, which others have by then, would show it when it starts over.
    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task Their_connections_end_and_their_selectors_forget_them(string engine)
    {
        await using EngineSystem system = new(engine, selectors: 2);
        Bound stillborn = await system.Bind(Props.Create<Stillborn>(), ConnectionOptions.Default);
        Bound echo = await system.Bind(Props.Create<Echo>(), ConnectionOptions.Default);
        for (int i = 0; i < Connections; i++)
        {
            try
            {
                using Peer peer = await Peer.ConnectTo(stillborn);
                Assert.Equal("", await peer.ReceiveToEnd());
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                // Before the peer knew that it was connected.
            }
        }

        List<Peer> living = [];
        for (int i = 0; i < Connections; i++)
        {
            living.Add(await Peer.ConnectTo(echo));
            await AssertEchoes(living[^1]);
        }

        for (int selector = 0; selector < 2; selector++)
        {
            system.System.ActorSelection($"/system/reactor-selectors/selector-{selector}").Tell(Kill.Instance);
        }

        foreach (Peer peer in living)
        {
            await AssertEchoes(peer);
            peer.Dispose();
        }
    }

    private static async Task AssertEchoes(Peer peer)
    {
        await peer.Send("still here");
        Assert.Equal("still here", Encoding.ASCII.GetString(await peer.ReceiveExactly(10)));
    }

    private sealed class Stillborn : ProtocolActor
    {
        protected override void PreStart() => Context.Stop(Self);

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }
}
