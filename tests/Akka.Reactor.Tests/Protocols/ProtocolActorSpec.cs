using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Protocols;

public sealed class ProtocolActorSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "protocol", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_is_not_consumed_is_offered_again_with_more()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<PairsProtocol>(TestActor));
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("abc");
        ExpectMsg("ab", Patience);
        await peer.Send("d");
        ExpectMsg("cd", Patience);
        await peer.Send("efghi");
        ExpectMsg("ef", Patience);
        ExpectMsg("gh", Patience);
        await peer.Send("j");
        ExpectMsg("ij", Patience);
    }

    [Fact]
    public async Task A_protocol_that_never_consumes_is_cut_off_at_read_ahead()
    {
        Bound bound = await Bind(Props.Create<NeverConsuming>(TestActor), new ConnectionOptions { MaxUnread = 8192 });
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send(new byte[8192]);
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.ProtocolViolation, closed.Reason);
        Assert.IsType<UnreadLimitException>(closed.Cause);
    }

    [Fact]
    public async Task Suspended_reading_holds_the_peer_back_and_loses_nothing()
    {
        Bound bound = await Bind(Props.Create<SuspendingProtocol>(TestActor), ConnectionOptions.Default);
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("stop");
        ExpectMsg("stop", Patience);
        IActorRef protocol = LastSender;
        await peer.Send("more");
        await peer.Send("!");
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(200));
        protocol.Tell("resume");
        string all = "";
        while (all.Length < 5)
        {
            all += ExpectMsg<string>(Patience);
        }

        Assert.Equal("more!", all);
    }

    [Fact]
    public async Task A_crash_aborts_its_own_connection_and_no_other()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<CrashingProtocol>());
        using Peer quiet = await Peer.ConnectTo(bound);
        using Peer crashing = await Peer.ConnectTo(bound);
        await EventFilter
            .Exception<InvalidOperationException>(contains: "on request")
            .ExpectOneAsync(async () =>
            {
                await crashing.Send("crash");
                await crashing.ReceiveToEnd();
            });
        await quiet.Send("ok");
        Assert.Equal("ok"u8.ToArray(), await quiet.ReceiveExactly(2));
    }

    [Fact]
    public async Task A_successor_gets_what_was_not_consumed_and_the_connection()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<SwappingProtocol>(TestActor));
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("swap:rest");
        ExpectMsg<Connected>(Patience);
        Assert.Equal("rest", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        IActorRef successor = LastSender;
        await peer.Send("more");
        Assert.Equal("more", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        successor.Tell(new Write("bye"u8.ToArray()));
        successor.Tell(new Close());
        Assert.Equal("bye", await peer.ReceiveToEnd());
        peer.Finish();
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public async Task A_plain_connection_is_one_actor()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<SuspendingProtocol>(TestActor));
        List<Peer> peers = [];
        for (int i = 0; i < 20; i++)
        {
            Peer peer = await Peer.ConnectTo(bound);
            await peer.Send("x");
            ExpectMsg("x", Patience);
            peers.Add(peer);
        }

        ActorCell connections = (ActorCell)
            ((ActorRefWithCell)await Sys.ActorSelection($"/user/reactor/{bound.Name}").ResolveOne(Patience)).Underlying;
        int count = 0;
        foreach (IInternalActorRef child in connections.GetChildren())
        {
            count++;
            Assert.Empty(((ActorCell)((ActorRefWithCell)child).Underlying).GetChildren());
        }

        Assert.Equal(20, count);
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task A_write_of_a_kind_that_there_is_not_is_refused_to_whoever_makes_it()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<ForeignWriter>(TestActor));
        using Peer peer = await Peer.ConnectTo(bound);
        Assert.Contains("foreign", ExpectMsg<ArgumentException>(Patience).Message, StringComparison.Ordinal);
        await peer.Send("still here");
        Assert.Equal("still here", Encoding.ASCII.GetString(await peer.ReceiveExactly(10)));
    }

    private async Task<Bound> Bind(Props props, ConnectionOptions connection) =>
        await Sys.Reactor()
            .Bind("tcp://127.0.0.1:0", props, Sys.Reactor().ListenerDefaults with { Connection = connection });

    private sealed class ForeignWriter(IActorRef probe) : ProtocolActor
    {
        protected override void OnConnected() => probe.Tell(Record.Exception(() => Write(new ForeignWrite())));

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }

    private sealed class ForeignWrite : IWriteCommand
    {
        public object? Ack => null;

        public object? DeliveredAck => null;

        public override string ToString() => "a foreign write";
    }

    private sealed class PairsProtocol(IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (data.Length < 2)
            {
                return 0;
            }

            probe.Tell(Encoding.ASCII.GetString(data.Slice(0, 2)));
            return 2;
        }
    }

    private sealed class NeverConsuming(IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data) => 0;

        protected override void OnClosed(Closed closed) => probe.Tell(closed);
    }

    private sealed class SuspendingProtocol(IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            string text = Encoding.ASCII.GetString(data);
            probe.Tell(text);
            if (text == "stop")
            {
                SuspendReading();
            }

            return data.Length;
        }

        protected override void OnMessage(object message) => ResumeReading();
    }

    private sealed class CrashingProtocol : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (Encoding.ASCII.GetString(data) == "crash")
            {
                throw new InvalidOperationException("on request");
            }

            Write(data);
            return data.Length;
        }
    }

    private sealed class SwappingProtocol(IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            SwapProtocol(Props.Create<RecordingProtocol>(probe));
            return "swap:".Length;
        }
    }
}
