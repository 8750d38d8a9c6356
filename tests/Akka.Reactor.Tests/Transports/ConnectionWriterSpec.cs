using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>Several threads write to one connection, over every stack and on every engine.</summary>
[Trait("Engines", "all")]
public sealed class ConnectionWriterSpec
{
    private const int Threads = 4;
    private const int Each = 1500;
    private const int Header = 8;
    private const int MostPayload = 600;
    private const int Limit = 8 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Engine and layers.</summary>
    public static TheoryData<string, string> Cases => EngineSystem.Over(EngineSystem.SomeEngines, EngineSystem.Stacks);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_was_accepted_arrives_once_whole_and_in_the_order_of_its_thread(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        await Exchange(system, stack, dispatcher: null);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task So_it_does_through_a_protocol_on_another_dispatcher(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        await Exchange(system, stack, "akka.actor.default-dispatcher");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_thread_waits_for_room_when_the_connection_is_lost(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        using Room room = new();
        Bound bound = await system.Bind(
            Props.Create(() => new Owner(notes, room)),
            new ConnectionOptions { WriteStallTimeout = TimeSpan.FromMinutes(5) },
            stack
        );
        using Peer peer = await StackedConnection.Connect(bound, stack);
        ConnectionWriter writer = await notes.WaitFor<ConnectionWriter>();
        Task<int>[] threads =
        [
            .. Enumerable.Range(0, Threads).Select(id => Start(() => Pour(writer, room, id, int.MaxValue))),
        ];

        // The peer reads nothing, and is gone once all threads have waited, for good or for a moment.
        await room.Waits.WaitAsync(Patience);
        peer.Reset();
        int[] accepted = await Task.WhenAll(threads).WaitAsync(Patience);
        Assert.All(accepted, count => Assert.InRange(count, 0, int.MaxValue - 1));
        Assert.NotEqual(CloseReason.Requested, Assert.IsType<TransportClosedException>(writer.Ended).Reason);

        // 0 if the kernel had just taken everything.
        Assert.InRange(writer.Pending, 0, Limit);
    }

    private static async Task Exchange(EngineSystem system, string stack, string? dispatcher)
    {
        Notes notes = new();
        using Room room = new();
        Props owner = Props.Create(() => new Owner(notes, room));
        Bound bound = await system.Bind(
            dispatcher is null ? owner : owner.WithDispatcher(dispatcher),
            ConnectionOptions.Default,
            stack
        );
        using Peer peer = await StackedConnection.Connect(bound, stack, receiveBuffer: 4096);
        ConnectionWriter writer = await notes.WaitFor<ConnectionWriter>();
        Task<int>[] threads = [.. Enumerable.Range(0, Threads).Select(id => Start(() => Pour(writer, room, id, Each)))];
        int[] next = new int[Threads];
        for (int message = 0; message < Threads * Each; message++)
        {
            byte[] header = await peer.ReceiveExactly(Header);
            int id = header[0];
            int number = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
            Assert.InRange(id, 0, Threads - 1);
            Assert.Equal(next[id]++, number);
            byte[] payload = await peer.ReceiveExactly(SizeOf(id, number));
            Assert.All(payload, b => Assert.Equal((byte)(id + number), b));
        }

        Assert.Equal(Enumerable.Repeat(Each, Threads), await Task.WhenAll(threads).WaitAsync(Patience));
        using CancellationTokenSource deadline = new(Patience);
        while (writer.Pending > 0)
        {
            await Shared.Pause.BetweenLooks(deadline.Token);
        }

        Assert.Null(writer.Ended);
        Assert.True(room.Calls > 0, "The limit was never reached.");
        Assert.InRange(room.Calls, 1, room.Shortages);
    }

    private static Task<int> Start(Func<int> run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // Returns how many were accepted.
    private static int Pour(ConnectionWriter writer, Room room, int id, int most)
    {
        for (int number = 0; number < most; number++)
        {
            byte[] message = new byte[Header + SizeOf(id, number)];
            message.AsSpan(Header).Fill((byte)(id + number));
            message[0] = (byte)id;
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), number);
            long seen = room.Seen;
            while (!writer.TryWrite(message))
            {
                if (writer.Ended is not null)
                {
                    return number;
                }

                room.WaitBeyond(seen);
                seen = room.Seen;
            }
        }

        return most;
    }

    private static int SizeOf(int id, int number) => ((number * 7919) + id) % MostPayload;

    /// <summary>What threads wait for: the calls of onRoom.</summary>
    private sealed class Room : IDisposable
    {
        private readonly object _gate = new();
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;
        private long _calls;
        private long _shortages;

        /// <summary>Completes when all threads have waited at the same time.</summary>
        internal Task Waits => _waits.Task;

        internal long Seen => Interlocked.Read(ref _calls);

        internal long Calls => Interlocked.Read(ref _calls);

        /// <summary>How often a thread has waited: each shortage makes at least one.</summary>
        internal long Shortages => Interlocked.Read(ref _shortages);

        internal void Open()
        {
            lock (_gate)
            {
                _calls++;
                Monitor.PulseAll(_gate);
            }
        }

        internal void WaitBeyond(long seen)
        {
            lock (_gate)
            {
                _shortages++;
                if (++_waiting == Threads)
                {
                    _waits.TrySetResult();
                }

                while (_calls == seen)
                {
                    Assert.True(Monitor.Wait(_gate, Patience), "Nobody has told of room.");
                }

                _waiting--;
            }
        }

        public void Dispose() => Open();
    }

    private sealed class Owner(Notes notes, Room room) : ProtocolActor
    {
        protected override void OnConnected() => notes.Add(CreateWriter(_ => room.Open(), Limit));

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }
}
