using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests;

public sealed class SmokeSpec : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void An_actor_answers()
    {
        IActorRef echo = Sys.ActorOf(Props.Create(() => new Echo()), "echo");
        echo.Tell("hello");
        ExpectMsg("hello");
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
