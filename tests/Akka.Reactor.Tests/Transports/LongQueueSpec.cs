using System;
using System.Buffers;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>Writes of all sizes queued at once, so that sends of every kind follow each other, and then a half-close or a close.</summary>
public sealed class LongQueueSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.OneLoop, "long-queue", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_long_queue_of_writes_of_all_sizes_arrives_whole_before_the_end(bool half)
    {
        ListenerOptions options = Sys.Reactor().ListenerDefaults;
        options = options with { Connection = options.Connection with { WriteQueueLimit = 64 * 1024 * 1024 } };
        for (int seed = 0; seed < 10; seed++)
        {
            Random random = new(seed);
            byte[] data = new byte[8 * 1024 * 1024];
            random.NextBytes(data);
            Bound bound = await Sys.Reactor()
                .Bind("tcp://127.0.0.1:0", Props.Create(() => new Pourer(data, seed, half, TestActor)), options);
            using Peer peer = await Peer.ConnectTo(bound);
            int received = 0;
            while (received < data.Length)
            {
                byte[] part = await peer.Receive(1 + random.Next(200_000));
                Assert.NotEmpty(part);
                Assert.True(data.AsSpan(received, part.Length).SequenceEqual(part));
                received += part.Length;
            }

            Assert.Empty(await peer.Receive());
            Assert.Equal(data.Length, ExpectMsg<int>(Patience));
            peer.Finish();
            Closed closed = ExpectMsg<Closed>(Patience);
            Assert.Equal(half ? CloseReason.PeerFinished : CloseReason.Requested, closed.Reason);
            await bound.Listener.Ask<Unbound>(new Unbind(), Patience);
        }
    }

    private sealed class Pourer(byte[] data, int seed, bool half, IActorRef test) : ProtocolActor
    {
        private int _acknowledged;

        protected override void OnConnected()
        {
            Random random = new(~seed);
            for (int start = 0; start < data.Length; )
            {
                // Small neighbours that are gathered, pieces that are sent from where they lie, and long ones.
                int most = random.Next(3) switch
                {
                    0 => 100,
                    1 => 40_000,
                    _ => 300_000,
                };
                int count = Math.Min(1 + random.Next(most), data.Length - start);
                start += count;
                Write(data.AsMemory(start - count, count), start);
            }

            if (half)
            {
                CloseWrite();
            }
            else
            {
                Close();
            }
        }

        protected override long OnReceived(ReadOnlySequence<byte> received) => received.Length;

        protected override void OnMessage(object message)
        {
            // In order, and told on when the last one came.
            Assert.True((int)message > _acknowledged);
            _acknowledged = (int)message;
            if (_acknowledged == data.Length)
            {
                test.Tell(_acknowledged);
            }
        }

        protected override void OnClosed(Closed closed) => test.Tell(closed);
    }
}
