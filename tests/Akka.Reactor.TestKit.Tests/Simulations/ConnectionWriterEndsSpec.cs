using System;
using System.Text;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>How a writer ends: behind what it has accepted if the protocol wants it, and always with a reason.</summary>
public sealed class ConnectionWriterEndsSpec : ConnectionWriterFixture
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void The_bytes_leave_before_a_close_that_comes_behind_them(int layers)
    {
        SimulatedPeer peer = Serve(layers);
        Do(speaker =>
        {
            Assert.True(_writer.TryWrite(Bytes("a", 3000)));
            Assert.True(_writer.TryWrite(Bytes("b", 3000)));
            speaker.End();
            Assert.False(_writer.TryWrite(Bytes("c", 10)));
        });
        _simulation.Run(Second);
        Assert.Equal(Text("a", 3000) + Text("b", 3000), peer.ReceivedText);
        Assert.True(peer.OtherFinished);
        Assert.False(peer.WasReset);
        Assert.Equal(CloseReason.Requested, Assert.IsType<TransportClosedException>(_writer.Ended).Reason);
        Assert.Equal(0, _writer.Pending);
    }

    [Fact]
    public void The_bytes_leave_before_a_half_close_and_what_is_received_continues()
    {
        SimulatedPeer peer = Serve();
        peer.AnswersFin = false;
        Do(speaker =>
        {
            Assert.True(_writer.TryWrite("a"u8.ToArray()));
            speaker.Finish();
        });
        peer.Send("hello");
        _simulation.Run(Second);
        Assert.Equal("a", peer.ReceivedText);
        Assert.False(_writer.TryWrite("b"u8.ToArray()));
        Assert.Equal("received hello", Told);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_reset_ends_the_writer_and_whoever_waits_for_room_hears_of_it(int layers)
    {
        SimulatedPeer peer = Serve(layers);
        peer.StopReading();
        StringBuilder accepted = new();
        Fill(accepted);
        ReactorException? ended = null;
        _speaker.Room = () => ended = _writer.Ended;
        _simulation.Run(Second);
        peer.Reset();
        _simulation.Run(Second);
        Assert.Equal(1, _rooms);
        Assert.Equal(CloseReason.Reset, Assert.IsType<TransportClosedException>(ended).Reason);
        Assert.False(_writer.TryWrite("x"u8.ToArray()));
        Assert.InRange(_writer.Pending, 1, accepted.Length);
        Assert.Equal("closed Reset with 0 undelivered", Told);
    }

    [Fact]
    public void A_protocol_that_aborts_ends_its_writer_at_once()
    {
        Serve();
        Do(speaker =>
        {
            speaker.Break();
            Assert.False(_writer.TryWrite("x"u8.ToArray()));
            Assert.Equal(CloseReason.Aborted, Assert.IsType<TransportClosedException>(_writer.Ended).Reason);
        });
        Assert.Equal("closed Aborted with 0 undelivered", Told);
    }

    [Fact]
    public void A_protocol_that_stops_ends_its_writer()
    {
        Serve();
        Do(_ => throw new InvalidOperationException("on purpose"));
        Assert.False(_writer.TryWrite("x"u8.ToArray()));
        TransportClosedException ended = Assert.IsType<TransportClosedException>(_writer.Ended);
        Assert.IsType<ProtocolCrashedException>(ended.InnerException);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_swap_ends_the_writer_behind_its_bytes_and_the_successor_makes_its_own(int layers)
    {
        SimulatedPeer peer = Serve(layers);
        ConnectionWriter before = _writer;
        Do(speaker =>
        {
            Assert.True(_writer.TryWrite("before "u8.ToArray()));
            speaker.Swap();
            Assert.False(before.TryWrite("lost"u8.ToArray()));
        });
        _simulation.Run(Second);
        Assert.IsType<ConnectionHandedOnException>(before.Ended);
        Assert.NotSame(before, _writer);
        Assert.True(_writer.TryWrite("after"u8.ToArray()));
        _simulation.Run(Second);
        Assert.Equal("before after", peer.ReceivedText);
        Assert.Equal(0, before.Pending);
    }

    [Fact]
    public void A_connection_that_was_claimed_by_another_actor_is_nobody_elses_to_write_to()
    {
        Serve();
        ActorSystem system = _speaker.System;
        Do(speaker => speaker.GiveTo(system.ActorOf(Props.Create(() => new Silent()))));
        Assert.False(_writer.TryWrite("x"u8.ToArray()));
        Assert.IsType<ConnectionHandedOnException>(_writer.Ended);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_source_that_fails_before_accepted_bytes_ends_the_connection(int layers)
    {
        SimulatedPeer peer = Serve(layers);
        _speaker.Survives = true;
        Do(speaker =>
        {
            speaker.SayBroken();
            Assert.True(_writer.TryWrite("behind"u8.ToArray()));
        });
        _simulation.Run(Second);
        Assert.DoesNotContain("behind", peer.ReceivedText, StringComparison.Ordinal);
        Assert.True(peer.WasReset);
        Assert.IsType<WriteSourceException>(Assert.IsType<TransportClosedException>(_writer.Ended).InnerException);
        Assert.Equal(6, _writer.Pending);
    }

    [Fact]
    public void A_clients_next_connection_has_a_writer_of_its_own_that_the_last_one_does_not_disturb()
    {
        ActorSystem system = _simulation.CreateSystem("client", Here);
        SimulatedPeerListener server = _simulation.Listen(There, 7000);
        RetryPolicy often = new() { MinBackoff = Second, MaxBackoff = Second };
        ClientOptions options = new([$"tcp://{There}:7000"], Props.Create(() => new Speaker(this, null)))
        {
            Reconnect = new ReconnectOptions { Policy = often },
        };
        _simulation.Await(() => system.Reactor().StartClient(options));
        _simulation.Run(Second);
        ConnectionWriter first = _writer;
        server.Peers[0].StopReading();
        Fill(new StringBuilder());
        _simulation.Run(Second);
        server.Peers[0].Reset();
        _simulation.Run(5 * Second);
        Assert.NotSame(first, _writer);
        Assert.Equal(CloseReason.Reset, Assert.IsType<TransportClosedException>(first.Ended).Reason);
        Assert.Null(_writer.Ended);
        Assert.True(_writer.TryWrite("new"u8.ToArray()));
        _simulation.Run(Second);
        Assert.Equal("new", server.Peers[1].ReceivedText);
    }
}
