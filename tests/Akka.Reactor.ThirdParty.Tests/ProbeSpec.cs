using System.Buffers;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.Reactor.ThirdParty.Tests.Guestbook;
using Akka.TestKit;
using Xunit;

namespace Akka.Reactor.ThirdParty.Tests;

/// <summary>Protocols tested with Akka's own TestKit: a probe is the transport.</summary>
public sealed class ProbeSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly IPEndPoint Remote = new(IPAddress.Loopback, 40_000);
    private static readonly IPEndPoint Local = new(IPAddress.Loopback, 7_000);

    [Fact]
    public void A_host_answers_and_closes_after_the_last_entry()
    {
        TestProbe transport = CreateTestProbe();
        IActorRef host = Start(Props.Create<Host>("Hello", 1), transport);
        Assert.Equal("Hello\r\n", Text(transport.ExpectMsg<Write>().Data));
        host.Tell(Bytes("Alice\r\n"), transport);
        Assert.Equal("1\r\n", Text(transport.ExpectMsg<Write>().Data));
        transport.FishForMessage(message => message is Close);
    }

    [Fact]
    public void An_empty_entry_aborts()
    {
        TestProbe transport = CreateTestProbe();
        IActorRef host = Start(Props.Create<Host>("Hello", 1), transport);
        host.Tell(Bytes("\r\n"), transport);
        transport.FishForMessage(message => message is Abort);
    }

    [Fact]
    public void A_protocol_sends_commands_to_another_transport_by_their_short_names()
    {
        TestProbe transport = CreateTestProbe();
        TestProbe other = CreateTestProbe();
        IActorRef switchboard = Start(Props.Create<Switchboard>(other.Ref), transport);
        switchboard.Tell(Bytes("x"), transport);
        other.ExpectMsg<SuspendReading>();
        other.ExpectMsg<Write>();
        other.ExpectMsg<CloseWrite>();
        other.ExpectMsg<ResumeReading>();
        other.ExpectMsg<Close>();
        other.ExpectMsg<Abort>();
    }

    private IActorRef Start(Props protocol, TestProbe transport)
    {
        IActorRef actor = Sys.ActorOf(protocol);
        actor.Tell(new Connected(transport, Remote, Local), transport);
        return actor;
    }

    private static Received Bytes(string text) => new(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text)));

    private static string Text(in ReadOnlySequence<byte> data) => Encoding.ASCII.GetString(data);

    // Its methods Write, Close and Abort do not hide the commands of these names.
    private sealed class Switchboard(IActorRef other) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            ITransportCommand[] commands =
            [
                new SuspendReading(),
                new Write(data),
                new CloseWrite(),
                new ResumeReading(),
                new Close(),
                new Abort(),
            ];
            foreach (ITransportCommand command in commands)
            {
                switch (command)
                {
                    case Close _:
                    case Abort _:
                    default:
                        other.Tell(command, Self);
                        break;
                }
            }

            return data.Length;
        }

        protected override void OnWriteFailed(WriteFailed failure)
        {
            if (failure.Cause is PeerViolationException or ConnectRefusedException)
            {
                Close();
            }
        }
    }
}
