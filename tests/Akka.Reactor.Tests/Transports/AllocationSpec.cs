using System;
using System.Buffers;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>What a message may allocate on its way through a loop. The loop's thread does nothing else here.</summary>
[Trait("Engines", "all")]
public sealed class AllocationSpec(ITestOutputHelper output)
{
    private const int Connections = 50;
    private const int Rounds = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> EnginesHere => [.. EngineSystem.Engines];

    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task An_echo_of_64_bytes_allocates_at_most_256(string engine) =>
        Assert.InRange(await AllocatedPerEcho<Echo>(engine, "", 64), 64, 256);

    // io_uring receives before there is room made to measure, and some of it in short pieces.
    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task A_long_echo_by_a_protocol_that_keeps_nothing_allocates_no_more(string engine) =>
        Assert.InRange(await AllocatedPerEcho<ForgetfulEcho>(engine, "", 16_000), 64, MostForgetful(engine, 256));

    // The plaintext is the protocol's to keep. The ciphertext of neither direction is anybody's. io_uring as above, where the machine
    // has other work.
    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task An_echo_through_tls_allocates_little_more_than_its_plaintext(string engine) =>
        Assert.InRange(
            await AllocatedPerEcho<Echo>(engine, "tls", 16_000),
            16_000,
            engine == "io_uring" ? 24_000 : 18_000
        );

    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task An_echo_through_tls_by_a_protocol_that_keeps_nothing_allocates_no_plaintext(string engine) =>
        Assert.InRange(await AllocatedPerEcho<ForgetfulEcho>(engine, "tls", 16_000), 64, MostForgetful(engine, 1_000));

    private static int MostForgetful(string engine, int bytes) => engine == "io_uring" ? 15_500 : bytes;

    private async Task<double> AllocatedPerEcho<TProtocol>(string engine, string stack, int size)
        where TProtocol : ActorBase
    {
        await using EngineSystem system = new(engine);
        Bound bound = await system.Bind(Props.Create<TProtocol>(), ConnectionOptions.Default, stack);
        IActorRef meter = system.System.ActorOf(Props.Create<Meter>().WithDispatcher("akka.reactor.loop-0"));
        List<Peer> peers = [];
        for (int i = 0; i < Connections; i++)
        {
            peers.Add(await Peer.ConnectTo(bound));
            if (stack == "tls")
            {
                await peers[i].StartTls();
            }
        }

        await Exchange(peers, size);
        await Exchange(peers, size);
        long before = await meter.Ask<long>("how much?", Patience);
        for (int round = 0; round < Rounds; round++)
        {
            await Exchange(peers, size);
        }

        long allocated = await meter.Ask<long>("how much?", Patience) - before;
        double each = allocated / (double)(Rounds * Connections);
        output.WriteLine($"{each:F0} bytes each");
        peers.ForEach(peer => peer.Dispose());
        return each;
    }

    private static async Task Exchange(List<Peer> peers, int size)
    {
        byte[] message = new byte[size];
        foreach (Peer peer in peers)
        {
            await peer.Send(message);
        }

        foreach (Peer peer in peers)
        {
            await peer.ReceiveExactly(size);
        }
    }

    private class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }

    private sealed class ForgetfulEcho : Echo
    {
        protected override bool KeepsReceived => false;
    }

    private sealed class Meter : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(GC.GetAllocatedBytesForCurrentThread());
    }
}
