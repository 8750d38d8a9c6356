using System;
using System.Buffers;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>A write that no queue of this limit could ever hold.</summary>
[Trait("Engines", "all")]
public sealed class TooLargeSpec
{
    private const int Limit = 200_000;

    /// <summary>Engine and layers.</summary>
    public static TheoryData<string, string> Cases => EngineSystem.Over(EngineSystem.Stacks);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_write_that_no_queue_holds_fails_once_and_nobody_waits_for_room(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        ConnectionOptions options = new() { WriteQueueLimit = Limit };
        Bound bound = await system.Bind(Props.Create(() => new Writer(notes)), options, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        IActorRef protocol = await notes.WaitFor<IActorRef>();
        protocol.Tell(new Sizes(Limit + 1));
        WriteTooLargeException refusal = Assert.IsType<WriteTooLargeException>(
            (await notes.WaitFor<WriteFailed>()).Cause
        );
        Assert.Equal((Limit + 1, Limit), (refusal.Size, refusal.Limit));
        await Pause.For(TimeSpan.FromMilliseconds(200), "Writable would have come by now");
        Assert.DoesNotContain("writable", notes.All);

        // And what fits is accepted again.
        protocol.Tell(new Sizes(Limit));
        Assert.Equal(Limit, await notes.WaitFor<int>());
        await peer.ReceiveExactly(Limit);
        Assert.Single(notes.All.OfType<WriteFailed>());
        Assert.DoesNotContain("writable", notes.All);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_is_written_behind_it_in_ignorance_is_refused_and_can_be_written_again(
        string engine,
        string stack
    )
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        ConnectionOptions options = new() { WriteQueueLimit = Limit };
        Bound bound = await system.Bind(Props.Create(() => new Writer(notes)), options, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        IActorRef protocol = await notes.WaitFor<IActorRef>();
        protocol.Tell(new Sizes(Limit + 1, 5));
        await notes.WaitFor<string>();
        Assert.Equal(
            [typeof(WriteTooLargeException), typeof(WriteRefusedException)],
            notes.All.OfType<WriteFailed>().Select(failure => failure.Cause.GetType())
        );
        Assert.Equal("writable", notes.All[^1]);
        protocol.Tell(new Sizes(5));
        Assert.Equal(5, await notes.WaitFor<int>());
        await peer.ReceiveExactly(5);
    }

    private sealed record Sizes(params int[] Each);

    private sealed class Writer(Notes notes) : ProtocolActor
    {
        protected override void OnConnected() => notes.Add(Self);

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnWritable() => notes.Add("writable");

        protected override void OnWriteFailed(WriteFailed failure) => notes.Add(failure);

        protected override void OnMessage(object message)
        {
            if (message is Sizes { Each: var sizes })
            {
                Array.ForEach(sizes, size => Write(new byte[size], size));
            }
            else
            {
                notes.Add(message);
            }
        }
    }
}
