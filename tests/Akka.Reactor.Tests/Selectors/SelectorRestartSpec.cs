using System;
using System.Buffers;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Selectors;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>What users see of a selector that crashes or is stopped.</summary>
public sealed class SelectorRestartSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.OneLoop, "selector-restart", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private ActorSelection Selector => Sys.ActorSelection("/system/reactor-selectors/selector-0");

    [Fact]
    public async Task A_connection_lives_on_when_its_selector_crashes()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>());
        using Peer old = await Peer.ConnectTo(bound);
        await AssertEchoes(old, "before");
        IActorRef selector = await Selector.ResolveOne(Patience);
        Watch(selector);
        for (int round = 0; round < 10; round++)
        {
            await EventFilter
                .Exception<ActorKilledException>()
                .ExpectOneAsync(() =>
                {
                    Selector.Tell(Kill.Instance);
                    return Task.CompletedTask;
                });
            await AssertEchoes(old, $"after {round}");
        }

        using Peer fresh = await Peer.ConnectTo(bound);
        await AssertEchoes(fresh, "accepted after the crash");
        Assert.Equal(selector, await Selector.ResolveOne(Patience));
    }

    [Fact]
    public async Task A_stream_passes_unharmed_through_crash_after_crash()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>());
        using Peer peer = await Peer.ConnectTo(bound);
        byte[] data = new byte[8 * 1024 * 1024];
        Random.Shared.NextBytes(data);
        Task sending = peer.Send(data);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int received = 0;
        int kills = 0;
        while (received < data.Length)
        {
            if (received >= kills * (data.Length / 40))
            {
                kills++;
                Selector.Tell(Kill.Instance);
            }

            byte[] part = await peer.Receive();
            Assert.NotEmpty(part);
            hash.AppendData(part);
            received += part.Length;
        }

        await sending.WaitAsync(Patience);
        Assert.Equal(SHA256.HashData(data), hash.GetHashAndReset());
        Assert.Equal(40, kills);
    }

    [Fact]
    public async Task A_selector_that_is_stopped_closes_its_connections_with_a_typed_reason()
    {
        Bound bound = await Sys.Reactor()
            .Bind("tcp://127.0.0.1:0", Props.Create(() => new RecordingProtocol(TestActor)));
        using Peer peer = await Peer.ConnectTo(bound);
        Connected connected = ExpectMsg<Connected>(Patience);
        Watch(connected.Transport);
        Selector.Tell(PoisonPill.Instance);

        // They come from different senders, so in any order.
        object[] told = [ExpectMsg<object>(Patience), ExpectMsg<object>(Patience)];
        Closed closed = Assert.Single(told.OfType<Closed>());
        Assert.Equal(connected.Transport, Assert.Single(told.OfType<Terminated>()).ActorRef);
        Assert.Equal(CloseReason.Failed, closed.Reason);
        Assert.IsType<SelectorStoppedException>(closed.Cause);
        Assert.Equal("", await peer.ReceiveToEnd());
    }

    private static async Task AssertEchoes(Peer peer, string text)
    {
        await peer.Send(text);
        Assert.Equal(text, Encoding.ASCII.GetString(await peer.ReceiveExactly(text.Length)));
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
