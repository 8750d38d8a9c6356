using System;
using System.Buffers;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Akka.Reactor.Tests.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>What a peer sends while reading is suspended, at every layer of the stack and on every engine.</summary>
[Trait("Engines", "all")]
public sealed class SuspendSpec
{
    /// <summary>Engine and layers.</summary>
    public static TheoryData<string, string> Cases => EngineSystem.Over(EngineSystem.Stacks);

    public static TheoryData<string> Engines => [.. EngineSystem.Engines];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Everything_that_is_sent_meanwhile_follows_the_resumption_and_the_end_behind_it(
        string engine,
        string stack
    )
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Napper(notes)), ConnectionOptions.Default, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        IActorRef protocol = await notes.WaitFor<IActorRef>();
        byte[] data = new byte[3 * 1024 * 1024];
        new Random(5).NextBytes(data);
        const int Rounds = 12;
        int size = data.Length / Rounds;
        for (int round = 0; round < Rounds; round++)
        {
            protocol.Tell("suspend");
            await notes.WaitFor<string>(round + 1, note => note == "suspended");
            long before = Count(notes);

            // Some fits into what the kernel holds, some does not: then the peer is stopped.
            Task sending = peer.Send(data.AsMemory(round * size, size));
            await Pause.EndsWithin(sending, TimeSpan.FromMilliseconds(20), "what is sent arrives, and nobody reads it");
            protocol.Tell("resume");
            await notes.WaitFor<string>(round + 1, note => note == "resuming");
            Assert.Equal(before, Count(notes, until: round + 1));
            await sending;
            await Everything(notes, (round + 1) * size);
        }

        Assert.True(Received(notes).AsSpan().SequenceEqual(data.AsSpan(0, Rounds * size)));

        protocol.Tell("suspend");
        await notes.WaitFor<string>(Rounds + 1, note => note == "suspended");
        await peer.Send(new byte[50_000]);
        if (StackedConnection.IsTls(stack))
        {
            await peer.ShutdownTls();
        }

        peer.Finish();
        await Pause.For(TimeSpan.FromMilliseconds(20), "the end arrives, and nobody reads it");
        protocol.Tell("resume");
        await notes.WaitFor<string>(1, note => note == "peer finished");
        Assert.Equal((Rounds * size) + 50_000, Count(notes));
        Assert.Equal(CloseReason.Requested, (await notes.WaitFor<Closed>()).Reason);
    }

    private static async Task Everything(Notes notes, int total)
    {
        for (int parts = 1; Count(notes) < total; parts++)
        {
            await notes.WaitFor<byte[]>(parts);
        }
    }

    private static byte[] Received(Notes notes) => [.. notes.All.OfType<byte[]>().SelectMany(part => part)];

    // Up to the so manieth resumption, or all.
    private static long Count(Notes notes, int until = int.MaxValue)
    {
        long count = 0;
        foreach (object note in notes.All)
        {
            if (note is "resuming" && --until == 0)
            {
                break;
            }

            count += note is byte[] part ? part.Length : 0;
        }

        return count;
    }

    private sealed class Napper(Notes notes) : ProtocolActor
    {
        protected override void OnConnected() => notes.Add(Self);

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            notes.Add(data.ToArray());
            return data.Length;
        }

        protected override void OnPeerFinished()
        {
            notes.Add("peer finished");
            Close();
        }

        protected override void OnMessage(object message)
        {
            if (message is "suspend")
            {
                SuspendReading();
                notes.Add("suspended");
            }
            else
            {
                notes.Add("resuming");
                ResumeReading();
            }
        }

        protected override void OnClosed(Closed closed) => notes.Add(closed);
    }
}
