using System;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers;

/// <summary>Two who may want no bytes for a while, a layer and its owner: nothing comes before both want them again.</summary>
public sealed class LayerSuspensionSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.OneLoop, "suspension", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_comes_until_the_layer_and_its_owner_have_both_resumed(bool layerFirst)
    {
        (Peer peer, IActorRef protocol, IActorRef valve) = await Connect();
        valve.Tell("shut");
        protocol.Tell(new SuspendReading());
        await Settle(protocol, valve);
        await peer.Send("held");
        await ExpectNoMsgAsync(Moment);
        Tell(layerFirst);
        await ExpectNoMsgAsync(Moment);
        Tell(!layerFirst);
        Assert.Equal("held", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        await peer.Send("free");
        Assert.Equal("free", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        peer.Dispose();

        void Tell(bool layer)
        {
            if (layer)
            {
                valve.Tell("open");
            }
            else
            {
                protocol.Tell(new ResumeReading());
            }
        }
    }

    // Everything told before has been done when the answers to this are back: a message to the layer, and one through it.
    private async Task Settle(IActorRef protocol, IActorRef valve)
    {
        await valve.Ask<string>("echo", Patience);
        protocol.Tell(new Write("x"u8.ToArray(), "settled"));
        ExpectMsg("settled", Patience);
    }

    private async Task<(Peer Peer, IActorRef Protocol, IActorRef Valve)> Connect()
    {
        ListenerOptions options = Sys.Reactor().ListenerDefaults with
        {
            Layers = [new Layer("valve", lower => Props.Create(() => new Valve(lower, TestActor)))],
        };
        Bound bound = await Sys.Reactor()
            .Bind("tcp://127.0.0.1:0", Props.Create<RecordingProtocol>(TestActor), options);
        Peer peer = await Peer.ConnectTo(bound);
        IActorRef valve = ExpectMsg<IActorRef>(Patience);
        ExpectMsg<Connected>(Patience);
        return (peer, LastSender, valve);
    }

    private sealed class Valve(IActorRef lower, IActorRef probe) : LayerActor(lower)
    {
        protected override void OnLowerConnected()
        {
            probe.Tell(Self);
            base.OnLowerConnected();
        }

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case "shut":
                    SuspendReading();
                    break;
                case "open":
                    ResumeReading();
                    break;
                default:
                    Sender.Tell(message, Self);
                    break;
            }
        }
    }
}
