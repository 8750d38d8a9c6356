using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Selectors;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>Selectors that crash and selectors that are stopped, seen from connections.</summary>
public sealed class SelectorFaultSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "selector-faults", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task Connections_survive_a_crash_of_their_selector()
    {
        Bound bound = await Bind();
        using Peer one = await Peer.ConnectTo(bound);
        using Peer two = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        ExpectMsg<Connected>(Patience);
        for (int round = 0; round < 5; round++)
        {
            Sys.ActorSelection("/system/reactor-selectors/*").Tell(Kill.Instance);
            foreach (Peer peer in (Peer[])[one, two])
            {
                await peer.Send("alive");
                Assert.Equal("alive", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
            }
        }
    }

    [Fact]
    public async Task A_connection_that_comes_to_a_stopped_selector_is_closed()
    {
        Bound bound = await Bind();
        using Peer before = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);

        // Told and asked again where the selector was not there yet, or the question died with it.
        ActorSelection selector = Sys.ActorSelection("/system/reactor-selectors/selector-1");
        await AwaitAssertAsync(
            async () =>
            {
                selector.Tell(PoisonPill.Instance);
                ActorIdentity identity = await selector.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromSeconds(1));
                Assert.Null(identity.Subject);
            },
            Patience
        );
        for (int i = 0; i < 2; i++)
        {
            await Send(bound, "served");
            FishForMessage(m => m is Received || m is Closed { Cause: SelectorStoppedException }, Patience);
        }
    }

    private static async Task Send(Bound bound, string text)
    {
        try
        {
            using Peer peer = await Peer.ConnectTo(bound);
            await peer.Send(text);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Refused with a reset, which may come while we connect or send.
        }
    }

    private Task<Bound> Bind() => Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<RecordingProtocol>(TestActor));
}
