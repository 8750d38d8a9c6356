using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Clients.Dial;

/// <summary>What fails around an outgoing connection.</summary>
public sealed class DialerFaultSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "dialer-faults", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task A_dialer_that_is_killed_later_does_not_answer_again()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<RecordingProtocol>(ActorRefs.Nobody));
        TestKit.TestProbe asker = CreateTestProbe();
        asker.Send(
            Sys.Reactor().Manager,
            new Connect($"tcp://127.0.0.1:{bound.Port}", Props.Create<RecordingProtocol>(ActorRefs.Nobody))
        );
        ConnectionMade made = asker.ExpectMsg<ConnectionMade>(Patience);
        asker.Watch(made.Protocol);
        Sys.ActorSelection(made.Protocol.Path.Parent).Tell(Kill.Instance);
        asker.ExpectTerminated(made.Protocol, Patience);
        asker.ExpectNoMsg(TimeSpan.FromMilliseconds(300));
    }
}
