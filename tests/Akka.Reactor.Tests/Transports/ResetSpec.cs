using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Polling;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>A reset in every state of a connection: one Closed with the reason, and the descriptor is free at once.</summary>
[Trait("Engines", "all")]
public sealed class ResetSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Freed = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Engines => [.. EngineSystem.Engines];

    /// <summary>Engine, state and reason.</summary>
    public static TheoryData<string, string, CloseReason> States
    {
        get
        {
            TheoryData<string, string, CloseReason> states = [];
            foreach (string engine in EngineSystem.Engines)
            {
                states.Add(engine, "idle", CloseReason.Reset);
                states.Add(engine, "mid-read", CloseReason.Reset);
                states.Add(engine, "mid-write", CloseReason.Reset);
                states.Add(engine, "suspended", CloseReason.Reset);
                states.Add(engine, "suspended, unread", CloseReason.Reset);
                states.Add(engine, "half-closed by the peer", CloseReason.Reset);
                states.Add(engine, "half-closed by us", CloseReason.Reset);
                states.Add(engine, "closing", CloseReason.Reset);

                // Everything was delivered, and nothing more is wanted of the peer.
                states.Add(engine, "lingering", CloseReason.Requested);
            }

            return states;
        }
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_reset_is_told_once_and_frees_the_descriptor(string engine, string state, CloseReason reason)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        ConnectionOptions options = new() { WriteQueueLimit = 64 * 1024 * 1024 };
        Bound bound = await system.Bind(Props.Create(() => new Obedient(state, notes)), options);
        using Peer peer = await StackedConnection.Connect(bound, "");
        await notes.WaitFor<string>(1, note => note == "ready");
        Assert.Equal(2, Descriptors.CountOfPort(bound.LocalEndPoint));
        switch (state)
        {
            case "mid-read":
                await peer.Send(new byte[200_000]);
                await notes.WaitFor<long>();
                break;
            case "mid-write" or "closing":
                // Some of it is under way.
                await peer.Receive();
                break;
            case "suspended, unread":
                await peer.Send(new byte[1000]);
                await Pause.For(TimeSpan.FromMilliseconds(20), "the bytes arrive, and nobody reads them");
                break;
            case "half-closed by the peer":
                peer.Finish();
                await notes.WaitFor<string>(1, note => note == "peer finished");
                break;
            case "half-closed by us" or "lingering":
                Assert.Empty(await peer.Receive());
                break;
        }

        peer.Reset();
        long started = Stopwatch.GetTimestamp();
        Closed closed = await notes.WaitFor<Closed>();
        await Free(bound, 1, started);
        Assert.Equal(reason, closed.Reason);
        Assert.Equal(reason == CloseReason.Reset, closed.Cause is ConnectionResetException);
        await NothingMore(system, notes);
        int writes = state is "mid-write" or "closing" ? Obedient.Writes : 0;
        Assert.Equal(writes, notes.All.Count(note => note is int or WriteFailed));
        Assert.Equal(writes > 0, notes.All.OfType<WriteFailed>().Any());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_reset_in_the_middle_of_a_handshake_is_told_once_and_frees_the_descriptor(string engine)
    {
        foreach (bool half in (bool[])[true, false])
        {
            await using EngineSystem system = new(engine);
            Notes notes = new();
            Bound bound = await system.Bind(
                Props.Create(() => new Obedient("", notes)),
                ConnectionOptions.Default,
                "tls"
            );
            using Peer peer = await Peer.ConnectTo(bound);
            if (half)
            {
                // The beginning of a ClientHello.
                await peer.Send(new byte[] { 22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3 });
                await Until(() => Descriptors.CountOfPort(bound.LocalEndPoint) == 2);
                peer.Reset();
            }
            else
            {
                // The server has answered, and waits for the client to finish.
                await peer.Send(await ClientHello());
                Assert.NotEmpty(await peer.Receive());
                peer.Reset();
            }

            long started = Stopwatch.GetTimestamp();
            Closed closed = await notes.WaitFor<Closed>();
            await Free(bound, 1, started);
            Assert.Equal(CloseReason.Reset, closed.Reason);
            await NothingMore(system, notes);
            Assert.DoesNotContain("ready", notes.All);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Resets_before_there_is_a_protocol_leave_nothing_behind(string engine)
    {
        const int Resets = 100;
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Obedient("", notes)), ConnectionOptions.Default);
        using (Peer blocker = await StackedConnection.Connect(bound, ""))
        {
            // The loop is busy, so nobody accepts before all of these have come and gone.
            (await notes.WaitFor<IActorRef>()).Tell("block");
            await notes.WaitFor<string>(1, note => note == "blocked");
            for (int i = 0; i < Resets; i++)
            {
                Peer peer = await Peer.ConnectTo(bound);
                peer.Reset();
            }

            Obedient.Unblock();
            long started = Stopwatch.GetTimestamp();
            using Peer next = await StackedConnection.Connect(bound, "");
            await next.Send("x");
            await notes.WaitFor<long>();
            await Free(bound, 3, started);
        }

        await Free(bound, 1, Stopwatch.GetTimestamp());
        IReadOnlyList<object> all = notes.All;
        int begun = all.OfType<IActorRef>().Count();
        Assert.InRange(begun, 2, Resets + 2);
        Assert.Equal(begun, all.OfType<Closed>().Count());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_a_peer_sent_before_its_reset_is_received_though_a_write_meets_the_reset_first(string engine)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(
            Props.Create(() => new Obedient("answering", notes)),
            ConnectionOptions.Default
        );
        using Peer peer = await StackedConnection.Connect(bound, "");
        IActorRef protocol = await notes.WaitFor<IActorRef>();
        await notes.WaitFor<string>(1, note => note == "ready");
        protocol.Tell("block and write");
        await notes.WaitFor<string>(1, note => note == "blocked");
        await peer.Send(new byte[1000]);
        peer.Reset();
        Obedient.Unblock();
        Closed closed = await notes.WaitFor<Closed>();
        Assert.Equal(CloseReason.Reset, closed.Reason);

        // What it writes when it receives that has its answer before the end, too.
        Assert.Collection(
            notes.All.Where(note => note is long or WriteFailed or Closed),
            note => Assert.Equal(1000L, note),
            note => Assert.IsType<WriteFailed>(note),
            note => Assert.IsType<WriteFailed>(note),
            note => Assert.Same(closed, note)
        );
        Assert.DoesNotContain("peer finished", notes.All);
    }

    // What a client says before it hears anything.
    private static async Task<byte[]> ClientHello()
    {
        const int RecordHeader = 5;
        using MemoryStream said = new();
        using SslStream client = new(said);
        await Assert.ThrowsAnyAsync<IOException>(() =>
            client.AuthenticateAsClientAsync("localhost").WaitAsync(Patience)
        );
        byte[] all = said.ToArray();
        return all[..(RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(all.AsSpan(RecordHeader - 2)))];
    }

    private static async Task Free(Bound bound, int left, long started)
    {
        await Until(() => Descriptors.CountOfPort(bound.LocalEndPoint) == left);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        Assert.True(elapsed < Freed, $"The descriptor was free after {elapsed}.");
    }

    private static async Task Until(Func<bool> condition)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "It did not happen.");
            await Pause.BetweenLooks();
        }
    }

    // When the system has ended nobody tells anything any more.
    private static async Task NothingMore(EngineSystem system, Notes notes)
    {
        await system.DisposeAsync();
        Assert.Single(notes.All.OfType<Closed>());
    }

    private sealed class Obedient(string state, Notes notes) : ProtocolActor
    {
        internal const int Writes = 4;
        private static readonly System.Threading.SemaphoreSlim s_blocked = new(0);

        internal static void Unblock() => s_blocked.Release();

        protected override void PreStart() => notes.Add(Self);

        protected override void OnConnected()
        {
            switch (state)
            {
                case "mid-write" or "closing":
                    for (int i = 0; i < Writes; i++)
                    {
                        Write(new byte[8 * 1024 * 1024], i);
                    }

                    break;
                case "suspended" or "suspended, unread":
                    SuspendReading();
                    break;
                case "half-closed by us":
                    CloseWrite();
                    break;
            }

            if (state is "closing" or "lingering")
            {
                Close();
            }

            notes.Add("ready");
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            notes.Add(data.Length);
            if (state is "answering")
            {
                Write("an answer"u8);
            }

            return data.Length;
        }

        protected override void OnPeerFinished()
        {
            notes.Add("peer finished");
            if (state.Length == 0)
            {
                Close();
            }
        }

        protected override void OnWriteFailed(WriteFailed failure) => notes.Add(failure);

        protected override void OnMessage(object message)
        {
            if (message is "block" or "block and write")
            {
                notes.Add("blocked");
                s_blocked.Wait(Patience);
                if (message is "block and write")
                {
                    Write("too late"u8);
                }
            }
            else
            {
                notes.Add(message);
            }
        }

        protected override void OnClosed(Closed closed) => notes.Add(closed);

        protected override void OnNotConnected(Closed closed) => notes.Add(closed);
    }
}
