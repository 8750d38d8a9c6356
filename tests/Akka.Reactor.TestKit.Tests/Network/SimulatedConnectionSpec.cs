using System.Text;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Network;

/// <summary>One end of a connection as a state machine: what sockets on Linux would show.</summary>
public sealed class SimulatedConnectionSpec
{
    private readonly SimulatedConnection _end = new(sendBuffer: 9, receiveBuffer: 8);

    [Fact]
    public void Before_it_is_connected_nothing_is_ready_and_nothing_moves()
    {
        Assert.Equal(Readiness.None, _end.Level);
        Assert.True(_end.Send("x"u8).WouldBlock);
        Assert.True(_end.Receive(new byte[1]).WouldBlock);
        Assert.False(_end.TryTransmit(100, out _));
    }

    [Fact]
    public void A_refusal_is_everything_at_once_and_its_error_is_taken_once()
    {
        _end.Refuse(Errno.ECONNREFUSED);
        Assert.Equal(Readiness.Readable | Readiness.Writable | Readiness.Fault, _end.Level);
        Assert.Equal(Errno.ECONNREFUSED, _end.TakeError());
        Assert.Equal(0, _end.TakeError());
    }

    [Fact]
    public void A_send_takes_what_there_is_room_for_and_then_would_block()
    {
        _end.Connect(window: 0);
        Assert.Equal(9, _end.Send("0123456789"u8).Count);
        Assert.True(_end.Send("9"u8).WouldBlock);
        Assert.Equal(Readiness.None, _end.Level);
    }

    [Fact]
    public void It_is_writable_again_when_a_third_is_free()
    {
        _end.Connect(window: 2);
        _end.Send("012345678"u8);
        Assert.Equal("01", Transmit(100));
        Assert.Equal(Readiness.None, _end.Level);
        _end.OpenWindow(1);
        Assert.Equal("2", Transmit(100));
        Assert.Equal(Readiness.Writable, _end.Level);
    }

    [Fact]
    public void No_more_leaves_than_the_peer_has_room_for()
    {
        _end.Connect(window: 5);
        _end.Send("012345678"u8);
        Assert.Equal("012", Transmit(3));
        Assert.Equal("34", Transmit(100));
        Assert.False(_end.TryTransmit(100, out _));
        _end.OpenWindow(100);
        Assert.Equal("5678", Transmit(100));
    }

    [Fact]
    public void Its_FIN_leaves_with_the_last_bytes_and_once()
    {
        _end.Connect(window: 3);
        _end.Send("abcd"u8);
        _end.ShutdownWrite();
        Assert.True(_end.TryTransmit(100, out Segment first));
        Assert.False(first.Fin);
        _end.OpenWindow(10);
        Assert.True(_end.TryTransmit(100, out Segment last));
        Assert.Equal("d", Encoding.Latin1.GetString(last.Data));
        Assert.True(last.Fin);
        Assert.False(_end.TryTransmit(100, out _));
        Assert.Equal(Errno.EPIPE, _end.Send("x"u8).Errno);
    }

    [Fact]
    public void Bytes_come_before_the_end_which_stays()
    {
        _end.Connect(10);
        Assert.False(_end.Arrive(new Segment("ab"u8.ToArray(), Fin: true)));
        Assert.Equal(Readiness.Readable | Readiness.Writable, _end.Level);
        Assert.Equal(2, _end.Receive(new byte[10]).Count);
        Assert.Equal(IoResult.Done(0), _end.Receive(new byte[10]));
        Assert.Equal(IoResult.Done(0), _end.Receive(new byte[10]));
        Assert.Equal(1, _end.Send("x"u8).Count);
    }

    [Fact]
    public void Both_directions_finished_is_a_hang_up()
    {
        _end.Connect(10);
        _end.ShutdownWrite();
        Assert.Equal(Readiness.Writable, _end.Level);
        _end.Arrive(new Segment([], Fin: true));
        Assert.Equal(Readiness.Readable | Readiness.Writable | Readiness.Fault, _end.Level);
    }

    [Fact]
    public void A_reset_drops_what_waits_to_be_sent_is_told_once_and_is_an_end_then()
    {
        _end.Connect(10);
        _end.Send("never sent"u8);
        _end.Arrive(new Segment("ab"u8.ToArray(), Fin: false));
        _end.ArriveReset();
        Assert.Equal(Readiness.Readable | Readiness.Writable | Readiness.Fault, _end.Level);
        Assert.False(_end.TryTransmit(100, out _));
        Assert.Equal(2, _end.Receive(new byte[10]).Count);
        Assert.Equal(Errno.ECONNRESET, _end.Receive(new byte[10]).Errno);
        Assert.Equal(IoResult.Done(0), _end.Receive(new byte[10]));
        Assert.Equal(Errno.EPIPE, _end.Send("x"u8).Errno);
    }

    [Fact]
    public void A_reset_after_the_peers_FIN_is_a_broken_pipe()
    {
        _end.Connect(10);
        _end.Arrive(new Segment([], Fin: true));
        _end.ArriveReset();
        Assert.Equal(Errno.EPIPE, _end.TakeError());
    }

    [Fact]
    public void A_close_with_bytes_unread_is_a_reset_and_without_a_FIN()
    {
        _end.Connect(10);
        _end.Arrive(new Segment("ab"u8.ToArray(), Fin: false));
        Assert.True(_end.Close());
        Assert.True(_end.Finished);

        SimulatedConnection other = new(9, 8);
        other.Connect(10);
        Assert.False(other.Close());
        Assert.True(other.TryTransmit(100, out Segment fin));
        Assert.True(fin.Fin);
        Assert.False(other.Finished);
        other.Arrive(new Segment([], Fin: true));
        Assert.True(other.Finished);
    }

    [Fact]
    public void What_arrives_after_a_close_is_answered_with_a_reset()
    {
        _end.Connect(10);
        _end.Close();
        Assert.True(_end.Arrive(new Segment("x"u8.ToArray(), Fin: false)));
        Assert.True(_end.Dead);
    }

    [Fact]
    public void Room_is_announced_when_it_is_worth_it()
    {
        _end.Connect(10);
        _end.Arrive(new Segment(new byte[8], Fin: false));
        _end.Receive(new byte[1]);
        Assert.Equal(0, _end.TakeFreed());
        _end.Receive(new byte[1]);
        Assert.Equal(2, _end.TakeFreed());
        Assert.Equal(0, _end.TakeFreed());
    }

    private string Transmit(int most)
    {
        Assert.True(_end.TryTransmit(most, out Segment segment));
        return Encoding.Latin1.GetString(segment.Data);
    }
}
