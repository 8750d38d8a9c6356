using System;
using System.Buffers;
using System.Diagnostics;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>Who is idle, and who is not: a peer that still takes what was sent, and one that nobody reads.</summary>
[Trait("Engines", "all")]
public sealed class IdlePeerSpec
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(400);
    private static readonly byte[] Data = new byte[1_000_000];

    private static readonly ConnectionOptions Options = new()
    {
        WriteQueueLimit = 64 * 1024 * 1024,
        IdleTimeout = Idle,
        LingerTimeout = TimeSpan.FromMinutes(1),
    };

    public static TheoryData<string> Engines => [.. EngineSystem.SomeEngines];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_peer_that_takes_what_the_kernel_has_for_it_is_not_idle(string engine)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Sender(notes, Data.Length)), Options);
        using Peer peer = await StackedConnection.Connect(bound, "", receiveBuffer: 16 * 1024);
        int received = 0;
        while (received < Data.Length)
        {
            byte[] part = await peer.Receive(16 * 1024);
            Assert.NotEmpty(part);
            received += part.Length;
            await Pause.For(TimeSpan.FromMilliseconds(25), "the peer reads slowly");
        }

        // And when it has everything it may be idle.
        Assert.IsType<IdleTimeoutException>((await notes.WaitFor<Closed>()).Cause);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_peer_that_takes_nothing_of_it_is(string engine)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Sender(notes, 100_000)), Options);
        using Peer peer = await StackedConnection.Connect(bound, "", receiveBuffer: 16 * 1024);
        long start = Stopwatch.GetTimestamp();
        Assert.IsType<IdleTimeoutException>((await notes.WaitFor<Closed>()).Cause);
        Assert.InRange(Stopwatch.GetElapsedTime(start), Idle, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_peer_whom_nobody_reads_is_not(string engine)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Napper(notes)), Options);
        using Peer peer = await StackedConnection.Connect(bound, "");
        await peer.Send(new byte[10]);
        await notes.WaitFor<string>(1, note => note == "awake");
        await notes.WaitFor<long>();
        Assert.IsType<IdleTimeoutException>((await notes.WaitFor<Closed>()).Cause);
    }

    private sealed class Sender(Notes notes, int bytes) : ProtocolActor
    {
        protected override void OnConnected() => Write(Data.AsMemory(0, bytes));

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnClosed(Closed closed) => notes.Add(closed);
    }

    private sealed class Napper(Notes notes) : ProtocolActor
    {
        protected override void OnConnected()
        {
            SuspendReading();
            CreateTimer("wake").Start(3 * Idle);
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            notes.Add(data.Length);
            return data.Length;
        }

        protected override void OnMessage(object message)
        {
            notes.Add("awake");
            ResumeReading();
        }

        protected override void OnClosed(Closed closed) => notes.Add(closed);
    }
}
