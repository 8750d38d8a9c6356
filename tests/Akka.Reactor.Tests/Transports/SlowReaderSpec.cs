using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>
/// Eight large writes and then the end, to a peer that reads slowly: all of it arrives, and FIN behind it.
/// AKKA_REACTOR_SOAK=1: 4 MiB each.
/// </summary>
[Trait("Engines", "all")]
public sealed class SlowReaderSpec
{
    private const int Writes = 8;
    private static readonly byte[] Data = new byte[Writes * (Soak.IsOn ? 4 * 1024 * 1024 : 384 * 1024)];

    static SlowReaderSpec() => new Random(1).NextBytes(Data);

    /// <summary>Engine, layers, how it ends, whether the peer goes on sending.</summary>
    public static TheoryData<string, string, string, bool> Cases
    {
        get
        {
            TheoryData<string, string, string, bool> cases = [];
            foreach (string engine in EngineSystem.Engines)
            {
                foreach (string stack in (string[])["", "tls"])
                {
                    foreach (string end in (string[])["close", "close and stop", "half-close"])
                    {
                        cases.Add(engine, stack, end, false);
                        cases.Add(engine, stack, end, true);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Eight_large_writes_and_the_end_behind_them_reach_a_peer_that_reads_slowly(
        string engine,
        string stack,
        string end,
        bool sends
    )
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        IActorRef noting = system.System.ActorOf(Props.Create(() => new NotingActor(notes)));
        ConnectionOptions options = new()
        {
            WriteQueueLimit = 64 * 1024 * 1024,
            LingerTimeout = TimeSpan.FromMinutes(1),
        };
        Bound bound = await system.Bind(Props.Create(() => new EightWrites(end, notes, noting)), options, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        peer.Socket.ReceiveBufferSize = 32 * 1024;
        using CancellationTokenSource enough = new();
        Task<byte[]> sending = sends ? Task.Run(() => SendUntil(peer, enough.Token)) : Task.FromResult<byte[]>([]);
        await ReadSlowly(peer);
        Assert.Empty(await peer.Receive());
        await enough.CancelAsync();
        byte[] sent = await sending;
        if (StackedConnection.IsTls(stack))
        {
            await peer.ShutdownTls();
        }

        peer.Finish();
        await notes.WaitFor<Terminated>();

        // TLS itself answers its writes, and goes with its owner.
        bool answered = end != "close and stop" || !StackedConnection.IsTls(stack);
        await notes.WaitFor<int>(answered ? Writes : 0);
        await notes.WaitFor<Closed>();

        IReadOnlyList<object> all = notes.All;
        Assert.Empty(all.OfType<WriteFailed>());
        int[] acknowledged = [.. all.OfType<int>()];
        Assert.Equal(Enumerable.Range(0, answered ? Writes : acknowledged.Length), acknowledged);
        Assert.Single(all.OfType<Terminated>());
        if (end == "half-close")
        {
            byte[] received = [.. all.OfType<byte[]>().SelectMany(part => part)];
            Assert.True(received.AsSpan().SequenceEqual(sent), $"{received.Length} of {sent.Length} bytes");
        }

        CloseReason reason = end == "half-close" ? CloseReason.PeerFinished : CloseReason.Requested;
        Assert.Equal(reason, Assert.Single(all.OfType<Closed>()).Reason);
    }

    private static async Task ReadSlowly(Peer peer)
    {
        int received = 0;
        for (int reads = 1; received < Data.Length; reads++)
        {
            byte[] part = await peer.Receive();
            Assert.NotEmpty(part);
            Assert.True(part.AsSpan().SequenceEqual(Data.AsSpan(received, part.Length)), $"at {received}");
            received += part.Length;
            if (reads % 8 == 0)
            {
                await Pause.For(TimeSpan.FromMilliseconds(1), "a peer that reads slowly");
            }
        }
    }

    private static async Task<byte[]> SendUntil(Peer peer, CancellationToken enough)
    {
        List<byte> sent = [];
        byte[] part = new byte[8 * 1024];
        while (!enough.IsCancellationRequested)
        {
            Random.Shared.NextBytes(part);
            await peer.Send(part);
            sent.AddRange(part);
            await Pause.For(TimeSpan.FromMilliseconds(1), "a peer that sends now and then");
        }

        return [.. sent];
    }

    private sealed class EightWrites(string end, Notes notes, IActorRef noting) : ProtocolActor
    {
        protected override void OnConnected()
        {
            noting.Tell(new NotingActor.WatchThis(Connection.Transport), Self);
            int size = Data.Length / Writes;
            for (int i = 0; i < Writes; i++)
            {
                // Its owner may be gone when an acknowledgement comes; this one stays.
                Transport.Tell(new Write(Data.AsMemory(i * size, size), i), noting);
            }

            if (end == "half-close")
            {
                CloseWrite();
                return;
            }

            Close();
            if (end == "close and stop")
            {
                Context.Stop(Self);
            }
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            notes.Add(data.ToArray());
            return data.Length;
        }

        protected override void OnPeerFinished() { }

        protected override void OnClosed(Closed closed) => notes.Add(closed);
    }
}
