using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A protocol of frames whose handler waits: the frames behind wait too, and are cut as the handler has decided.</summary>
public sealed class AsyncFrameProtocolSpec : IDisposable
{
    private const string Here = "10.0.0.1";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Simulation _simulation = new(1);
    private readonly List<string> _told = [];
    private readonly TaskCompletionSource _gate = new();
    private IActorRef _protocol = ActorRefs.Nobody;

    private string Told => string.Join(", ", _told);

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void Frames_in_one_segment_are_handled_one_after_the_other_and_answered_in_order()
    {
        SimulatedPeer peer = Serve();
        peer.Send("4:wait,1:b,");
        _simulation.Run(Second);
        Assert.Equal("begin wait", Told);
        Open();
        Assert.Equal("begin wait, end wait, begin b, end b", Told);
        Assert.Equal("4:wait,1:b,", peer.ReceivedText);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_handler_that_has_waited_decides_how_the_bytes_behind_its_frame_are_cut(int cut)
    {
        SimulatedPeer peer = Serve();
        peer.Send("5:lines,3:a\nrest", cut, cut == 0 ? default : Second / 100);
        _simulation.Run(Second);
        Assert.Equal("begin lines", Told);
        Open();
        Assert.Equal("begin lines, end lines, begin 3:a, end 3:a", Told);
        peer.Send("\n");
        _simulation.Run(Second);
        Assert.Equal("begin lines, end lines, begin 3:a, end 3:a, begin rest, end rest", Told);
    }

    [Fact]
    public void A_change_by_a_message_while_a_frame_is_handled_applies_to_the_bytes_behind_it()
    {
        SimulatedPeer peer = Serve();
        peer.Send("4:wait,3:a\n");
        _simulation.Run(Second);
        _protocol.Tell("lines");
        _simulation.Run(Second);
        Assert.Equal("begin wait", Told);
        Open();
        Assert.Equal("begin wait, end wait, begin 3:a, end 3:a", Told);
    }

    [Fact]
    public void A_successor_gets_what_follows_the_frame_when_its_task_has_ended()
    {
        SimulatedPeer peer = Serve();
        peer.Send("4:swap,1:b,");
        _simulation.Run(Second);
        peer.Send("1:c,");
        _simulation.Run(Second);
        Assert.Equal("begin swap", Told);
        Open();
        Assert.Equal("begin swap, end swap, begin b, end b, begin c, end c", Told);
    }

    [Fact]
    public void The_end_of_the_connection_cancels_the_handler()
    {
        SimulatedPeer peer = Serve();
        peer.Send("4:wait,1:b,");
        _simulation.Run(Second);
        peer.Reset();
        _simulation.Run(Second);
        Assert.Equal("begin wait, cancelled wait, closed Reset ConnectionResetException", Told);
    }

    [Fact]
    public void A_bad_frame_behind_a_good_one_ends_the_connection_after_its_task()
    {
        SimulatedPeer peer = Serve();
        peer.Send("4:wait,01:b,");
        _simulation.Run(Second);
        Assert.Equal("begin wait", Told);
        Open();
        Assert.Equal("begin wait, end wait, closed ProtocolViolation MalformedFrameException", Told);
        Assert.True(peer.WasReset);
    }

    private SimulatedPeer Serve()
    {
        ActorSystem system = _simulation.CreateSystem("server", Here);
        Bound bound = _simulation.Bind(system, $"tcp://{Here}:7000", Props.Create(() => new Frames(this)));
        SimulatedPeer peer = _simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        _simulation.Run(Second);
        return peer;
    }

    private void Open()
    {
        _gate.TrySetResult();
        _simulation.Run(Second);
    }

    private sealed class Frames(AsyncFrameProtocolSpec spec) : AsyncFrameProtocol(Framing.Netstring)
    {
        protected override void OnConnected() => spec._protocol = Self;

        protected override async ValueTask OnFrameAsync(ReadOnlySequence<byte> frame, CancellationToken ended)
        {
            string text = Encoding.ASCII.GetString(frame);
            spec._told.Add($"begin {text}");
            if (text is "wait" or "lines" or "swap")
            {
                try
                {
                    await spec._gate.Task.WaitAsync(ended);
                }
                catch (OperationCanceledException)
                {
                    spec._told.Add($"cancelled {text}");
                    throw;
                }
            }

            spec._told.Add($"end {text}");
            if (text == "swap")
            {
                SwapProtocol(Props.Create(() => new Frames(spec)));
                return;
            }

            WriteFrame(frame);
            if (text == "lines")
            {
                Framing = Framing.Terminator("\n"u8);
            }
        }

        protected override void OnMessage(object message) => Framing = Framing.Terminator("\n"u8);

        protected override void OnClosed(Closed closed) =>
            spec._told.Add($"closed {closed.Reason} {closed.Cause?.GetType().Name}".TrimEnd());
    }
}
