using System;
using System.Collections.Generic;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>What a client's protocol writes while there is no connection.</summary>
public sealed class ClientOfflineSpec : ClientFixture
{
    [Fact]
    public void What_is_written_without_a_connection_is_refused_at_once()
    {
        Start();
        _simulation.Run(TimeSpan.FromMilliseconds(500));
        Do(protocol => protocol.Send("too early", ack: "acknowledged"));
        _simulation.RunUntilQuiet();
        WriteFailed refused = Assert.Single(_diary.All<WriteFailed>());
        Assert.IsType<NotConnectedException>(refused.Cause);

        // And what comes later is not held against it.
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        _simulation.RunUntil(() => Connections == 1, Minute);
        Do(protocol => protocol.Send("in time", ack: "acknowledged"));
        _simulation.RunUntilQuiet();
        Assert.Equal("in time", server.Peers[0].ReceivedText);
        Assert.EndsWith("connected acknowledged", _diary.Story, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_without_a_connection_may_wait_for_one_within_a_bound()
    {
        _diary.OnConnected = protocol => protocol.Send("AUTH ");
        Start(options => options with { OfflineQueue = 1_000 });
        _simulation.Run(TimeSpan.FromMilliseconds(500));
        for (int i = 1; i <= 10; i++)
        {
            int number = i;
            Do(protocol => protocol.Send($"{number} ", ack: $"ack-{number}"));
        }

        _simulation.RunUntilQuiet();

        // Each counts 128 bytes and its own. After one that was refused no later one may pass it.
        Assert.Equal(3, _diary.All<WriteFailed>().Length);
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        _simulation.RunUntil(() => Connections == 1, Minute);
        _simulation.RunUntilQuiet();
        Assert.Equal("AUTH 1 2 3 4 5 6 7 ", server.Peers[0].ReceivedText);
        Assert.EndsWith("ack-1 ack-2 ack-3 ack-4 ack-5 ack-6 ack-7", _diary.Story, StringComparison.Ordinal);

        // There is room again for the next time.
        server.Close();
        server.Peers[0].Reset();
        _simulation.RunUntil(() => _diary.All<Disconnected>().Length > 1, Minute);
        Do(protocol => protocol.Send("11 ", ack: "ack-11"));
        server = _simulation.Listen(There, Port);
        _simulation.RunUntil(() => Connections == 2, Minute);
        _simulation.RunUntilQuiet();
        Assert.Equal("AUTH 11 ", server.Peers[0].ReceivedText);
    }

    [Fact]
    public void What_waits_when_it_gives_up_is_refused()
    {
        Start(options =>
            options with
            {
                OfflineQueue = 1_000,
                Reconnect = EverySecond with { Policy = EverySecond.Policy with { Attempts = 3 } },
            }
        );
        _simulation.Run(TimeSpan.FromMilliseconds(500));
        List<object> told = [];
        IActorRef writer = _system.ActorOf(Props.Create(() => new Listing(told)));
        Do(protocol => protocol.Top.Tell(new Write(new byte[1], "ack"), writer));
        RunUntilEnded();
        _simulation.RunUntilQuiet();
        Assert.IsType<NotConnectedException>(Assert.IsType<WriteFailed>(Assert.Single(told)).Cause);
    }

    [Theory]
    [InlineData("it gives up")]
    [InlineData("it is closed")]
    public void What_the_protocol_itself_has_waiting_is_refused_before_it_ends(string how)
    {
        Start(options =>
            options with
            {
                OfflineQueue = 1_000,
                Reconnect = EverySecond with { Policy = EverySecond.Policy with { Attempts = 2 } },
            }
        );
        _simulation.Run(TimeSpan.FromMilliseconds(500));
        Do(protocol => protocol.Send("never sent", ack: "ack"));
        if (how == "it is closed")
        {
            _client.Tell(new Close());
        }

        RunUntilEnded();
        _simulation.RunUntilQuiet();
        Assert.IsType<NotConnectedException>(Assert.Single(_diary.All<WriteFailed>()).Cause);
    }

    [Fact]
    public void A_fault_found_without_a_connection_is_not_told_of_the_next_one()
    {
        Start();
        _simulation.Run(TimeSpan.FromMilliseconds(500));
        Do(protocol => protocol.Reject(new PeerViolationException("of the connection before")));
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        _simulation.RunUntil(() => Connections == 1, Minute);
        server.Peers[0].Reset();
        int before = _diary.All<Disconnected>().Length;
        _simulation.RunUntil(() => _diary.All<Disconnected>().Length > before, Minute);
        Assert.IsType<ConnectionResetException>(_diary.All<Disconnected>()[^1].Cause);
    }

    [Fact]
    public void Who_suspends_reading_without_a_connection_reads_the_next_one()
    {
        Start();
        _simulation.Run(TimeSpan.FromMilliseconds(500));
        SimulatedPeerListener server = _simulation.Listen(There, Port, peer => peer.Send("hello"));
        Do(protocol => protocol.Pause());
        _simulation.RunUntil(() => Connections == 1, Minute);
        _simulation.Run(Second);
        Assert.EndsWith("connected hello", _diary.Story, StringComparison.Ordinal);
        Assert.Single(server.Peers);
    }
}
