using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>What the kernel says the peer's TCP has acknowledged, over every stack; the rules are held on the simulated network.</summary>
public sealed class DeliverySpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "delivery", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Stacks => StackedConnection.Stacks;

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Delivered_follows_the_ack_of_every_kind_of_write(string stack)
    {
        (Peer peer, IActorRef protocol) = await Connect(stack);
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, new byte[100_000]);
        protocol.Tell(new Write(new byte[10], "write") { DeliveredAck = "write delivered" });
        protocol.Tell(new WriteFile(path, Ack: "file") { DeliveredAck = "file delivered" });
        protocol.Tell(new WriteFrom([new byte[20_000]], "producer") { DeliveredAck = "producer delivered" });
        await peer.ReceiveExactly(120_010);
        string[] told = [.. Enumerable.Range(0, 6).Select(_ => ExpectMsg<string>(Patience))];
        foreach (string kind in (string[])["write", "file", "producer"])
        {
            Assert.InRange(At($"{kind} delivered"), At(kind) + 1, 5);
        }

        Assert.Equal(
            "write delivered, file delivered, producer delivered",
            string.Join(", ", told.Where(word => word.EndsWith("delivered", StringComparison.Ordinal)))
        );
        peer.Dispose();
        File.Delete(path);

        int At(string word) => Array.FindIndex(told, other => string.Equals(other, word, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task What_the_kernel_has_and_the_peer_has_not_is_unknown_when_the_connection_ends(string stack)
    {
        (Peer peer, IActorRef protocol) = await Connect(stack, receiveBuffer: 4096);
        protocol.Tell(new Write(new byte[10], "small") { DeliveredAck = "small delivered" });
        ExpectMsg("small", Patience);
        ExpectMsg("small delivered", Patience);
        protocol.Tell(new Write(new byte[600_000], "large") { DeliveredAck = "large delivered" });
        protocol.Tell(new Write(new byte[10], "not asked"));
        ExpectMsg("large", Patience);
        ExpectMsg("not asked", Patience);
        protocol.Tell(new Abort());
        Assert.Equal("large", ExpectMsg<DeliveryUnknown>(Patience).Write.Ack);
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Contains("large", closed.Undelivered.Select(write => write.Ack));
        peer.Dispose();
    }

    private async Task<(Peer Peer, IActorRef Protocol)> Connect(string stack, int receiveBuffer = 0)
    {
        Props props = Props.Create<RecordingProtocol>(TestActor);
        Bound bound = await StackedConnection.Bind(Sys, stack, props, ConnectionOptions.Default);
        Peer peer = await StackedConnection.Connect(bound, stack, receiveBuffer);
        ExpectMsg<Connected>(Patience);
        return (peer, LastSender);
    }
}
