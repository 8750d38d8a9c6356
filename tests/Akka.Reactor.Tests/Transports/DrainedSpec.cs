using System;
using System.Buffers;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>When the outbound queue is said to be empty.</summary>
public sealed class DrainedSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit("akka.reactor.selectors = 1", "drained", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Stacks => StackedConnection.Stacks;

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Drained_is_told_once_after_high_water_and_behind_the_acks(string stack)
    {
        ConnectionOptions options = new() { WriteQueueLimit = 64 * 1024 * 1024 };
        Bound bound = await StackedConnection.Bind(Sys, stack, Props.Create<Filler>(TestActor), options);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        await peer.Send("x");
        await peer.ReceiveExactly(Filler.Size);
        ExpectMsg("acknowledged", Patience);
        ExpectMsg("drained", Patience);
        await peer.Send("y");
        await peer.ReceiveExactly(10);
        ExpectMsg("small", Patience);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    private sealed class Filler(IActorRef probe) : ProtocolActor
    {
        internal const int Size = 20_000_000;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (data.FirstSpan[0] == 'x')
            {
                Write(new byte[Size], "acknowledged");
            }
            else
            {
                Write(new byte[10], "small");
            }

            return data.Length;
        }

        protected override void OnMessage(object message) => probe.Tell(message);

        protected override void OnWriteQueueEmpty() => probe.Tell("drained");
    }
}
