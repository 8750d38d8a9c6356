using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// What a protocol with asynchronous handlers is told, and when: nothing is offered while a task runs, everything else is handled, and the
/// end cancels the task before <c>OnClosed</c>.
/// </summary>
public sealed class AsyncProtocolSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Simulation _simulation = new(1);
    private readonly Board _board = new();
    private readonly ActorSystem _system;

    public AsyncProtocolSpec() =>
        _system = _simulation.CreateSystem(
            "system",
            Here,
            ConfigurationFactory.ParseString(
                "akka.reactor.client.reconnect { min-backoff = 1s, max-backoff = 1s, jitter = 0, on.protocol-crash = 1s }"
            )
        );

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Requests_in_one_segment_are_handled_one_after_the_other(int layers)
    {
        SimulatedPeer peer = Serve(layers);
        Send(peer, "wait a", "wait b", "c");
        Open("b");
        Assert.Equal("connected, begin wait a", _board.Told);
        Open("a");
        Assert.Equal("connected, begin wait a, end wait a, begin wait b, end wait b, begin c, end c", _board.Told);
        Assert.Equal("wait a\nwait b\nc\n", peer.ReceivedText);
    }

    [Fact]
    public void While_a_task_runs_messages_and_acknowledgements_are_handled()
    {
        SimulatedPeer peer = Serve();
        Send(peer, "wait a");
        _board.Protocol.Tell("hello");
        _simulation.Run(Second);
        Assert.Equal("connected, begin wait a, told hello, acknowledged hello", _board.Told);
        Assert.Equal("hello\n", peer.ReceivedText);
    }

    [Fact]
    public void A_flush_completes_when_the_peer_has_read_and_reading_pauses_meanwhile()
    {
        SimulatedPeer peer = Serve(options: new ConnectionOptions { WriteStallTimeout = 60 * Second });
        peer.StopReading();
        Send(peer, "flush", "next");
        Assert.Equal("connected, begin flush", _board.Told);
        peer.ResumeReading();
        _simulation.Run(30 * Second);
        Assert.Equal("connected, begin flush, flushed, end flush, begin next, end next", _board.Told);
        Assert.Equal(Handler.Much + "flush\nnext\n".Length, peer.Received.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_flush_fails_with_the_end_that_prevents_it(int layers)
    {
        SimulatedPeer peer = Serve(layers);
        peer.StopReading();
        Send(peer, "flush");
        peer.Reset();
        _simulation.Run(Second);
        Assert.Equal(
            "connected, begin flush, write failed TransportClosedException, TransportClosedException in flush, closed Reset, stopped",
            _board.Told
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_successor_hears_of_the_end_though_the_task_that_handed_over_has_failed_with_its_flush(int layers)
    {
        SimulatedPeer peer = Serve(layers);
        peer.StopReading();
        Send(peer, "pass", "next");
        peer.Reset();
        _simulation.Run(10 * Second);
        Assert.Contains("TransportClosedException in pass", _board.Told, StringComparison.Ordinal);
        Assert.Equal(2, _board.Told.Split(", ").Count(told => told == "closed Reset"));
        Assert.Equal(2, _board.Told.Split(", ").Count(told => told == "stopped"));
    }

    [Fact]
    public void A_flush_behind_a_refused_write_fails_with_the_refusal()
    {
        SimulatedPeer peer = Serve(
            options: new ConnectionOptions
            {
                HighWater = 2000,
                LowWater = 1000,
                WriteQueueLimit = 4000,
            }
        );
        peer.StopReading();
        Send(peer, "flood");
        Assert.StartsWith(
            "connected, begin flood, write failed WriteRefusedException",
            _board.Told,
            StringComparison.Ordinal
        );
        Assert.Contains("WriteRefusedException in flood", _board.Told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_end_cancels_the_task_and_then_the_protocol_is_told(int layers)
    {
        SimulatedPeer peer = Serve(layers);
        Send(peer, "wait a", "wait b");
        peer.Reset();
        _simulation.Run(Second);
        Assert.Equal("connected, begin wait a, TaskCanceledException in wait a, closed Reset, stopped", _board.Told);
    }

    [Theory]
    [InlineData("PoisonPill", "Aborted")]
    [InlineData("Kill", "Aborted")]
    [InlineData("throw", "Aborted by ProtocolCrashedException")]
    public void So_does_the_end_of_the_actor(string how, string end)
    {
        SimulatedPeer peer = Serve();
        Send(peer, "wait a");
        _board.Protocol.Tell(
            how switch
            {
                "PoisonPill" => PoisonPill.Instance,
                "Kill" => Kill.Instance,
                _ => how,
            }
        );
        _simulation.Run(Second);
        Assert.Equal($"connected, begin wait a, TaskCanceledException in wait a, closed {end}, stopped", _board.Told);
        Assert.True(peer.WasReset);
    }

    [Fact]
    public void What_a_task_that_ignores_the_end_does_afterwards_fails_with_a_type()
    {
        SimulatedPeer peer = Serve();
        Send(peer, "ignore a");
        peer.Reset();
        _simulation.Run(Second);
        Assert.Equal("connected, begin ignore a, closed Reset, stopped", _board.Told);

        // The actor is gone: the rest of the task runs on the thread pool.
        _board.Gate("a").SetResult();
        Assert.True(_board.Over.Wait(30 * Second));
        Assert.EndsWith("stopped, TransportClosedException in ignore a", _board.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_clients_protocol_it_does_not_reach_the_next_connection()
    {
        List<SimulatedPeer> peers = [];
        _simulation.Listen(There, 25, peers.Add);
        ClientOptions options = new([$"tcp://{There}:25"], Props.Create(() => new Handler(_board)));
        _simulation.Await(() => _system.Reactor().StartClient(options));
        _simulation.Run(Second / 2);
        Send(peers[0], "ignore a");
        peers[0].Reset();
        _simulation.Run(3 * Second);
        Assert.Equal(2, peers.Count);
        Send(peers[1], "wait b");
        Open("a");
        Open("b");
        Assert.Equal(
            "connected, begin ignore a, closed Reset, connected, begin wait b, TransportClosedException in ignore a, end wait b",
            _board.Told
        );
        Assert.Equal("wait b\n", peers[1].ReceivedText);
    }

    [Theory]
    [InlineData("throw now", "InvalidOperationException in throw now")]
    [InlineData("throw later a", "InvalidOperationException in throw later a")]
    public void An_exception_of_a_task_is_one_of_the_protocol(string line, string told)
    {
        SimulatedPeer peer = Serve();
        Send(peer, line, "next");
        Open("a");
        Assert.Equal(
            $"connected, begin {line}, {told}, closed Aborted by ProtocolCrashedException, stopped",
            _board.Told
        );
        Assert.True(peer.WasReset);
        Assert.Contains(_simulation.Log, line => line.Contains("Asked for.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_peers_end_and_a_drain_wait_for_the_task()
    {
        SimulatedPeer peer = Serve();
        Send(peer, "wait a");
        peer.Finish();
        _simulation.Run(Second);
        Assert.Equal("connected, begin wait a", _board.Told);
        Open("a");
        Assert.Equal("connected, begin wait a, end wait a, peer finished, closed Requested, stopped", _board.Told);
        Assert.Equal("wait a\n", peer.ReceivedText);
    }

    [Fact]
    public void A_drain_waits_for_the_task_and_for_no_further_request()
    {
        SimulatedPeer peer = Serve(out Bound bound);
        Send(peer, "wait a", "wait b");
        bound.Listener.Tell(new Drain(60 * Second));
        _simulation.Run(Second);
        Assert.Equal("connected, begin wait a", _board.Told);
        Open("a");
        Assert.Equal("connected, begin wait a, end wait a, draining, closed Requested, stopped", _board.Told);
        Assert.Equal("wait a\n", peer.ReceivedText);
    }

    [Theory]
    [InlineData("swap", "wait b\nwait c\n")]
    [InlineData("swap later a", "wait b\nwait c\n")]
    [InlineData("layer", "wait b\nwait c\n")]
    [InlineData("layer later a", "wait b\nwait c\n")]
    public void A_change_of_owner_takes_effect_when_the_task_ends_and_loses_nothing(string line, string rest)
    {
        SimulatedPeer peer = Serve();
        Send(peer, line, "wait b");
        Send(peer, "wait c");
        _simulation.Run(Second);
        Assert.Equal($"connected, begin {line}", _board.Told);
        foreach (string gate in (string[])["a", "before the end", "c", "b"])
        {
            Open(gate);
        }

        Assert.Equal($"{line}\n{rest}", peer.ReceivedText);
        Assert.EndsWith("begin wait b, end wait b, begin wait c, end wait c", _board.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_is_impossible_is_an_exception_that_names_it()
    {
        SimulatedPeer peer = Serve(props: Props.Create(() => new TooMuch(_board)));
        Send(peer, "x");
        Open("a");
        Assert.True(peer.WasReset);
        Assert.Contains(
            _simulation.Log,
            line =>
                line.Contains(
                    "TooMuch.OnReceivedAsync returned 3 of 2 bytes; the result must be from 0 to the length.",
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void What_a_task_cannot_use_yet_is_offered_again_with_what_has_come_meanwhile()
    {
        SimulatedPeer peer = Serve(props: Props.Create(() => new Four(_board)));
        peer.Send("ab");
        _simulation.Run(Second);
        peer.Send("cd");
        _simulation.Run(Second);
        Assert.Equal("2", _board.Told);
        Open("a");
        Assert.Equal("2, 4", _board.Told);
        peer.Send("e");
        _simulation.Run(Second);
        Assert.Equal("2, 4, 1", _board.Told);
    }

    [Fact]
    public void A_line_that_is_too_long_ends_the_connection()
    {
        SimulatedPeer peer = Serve();
        peer.Send(new string('x', 10_000));
        _simulation.Run(Second);
        Assert.Equal("connected, closed ProtocolViolation, stopped", _board.Told);
        Assert.True(peer.WasReset);
    }

    private SimulatedPeer Serve(int layers = 0, ConnectionOptions? options = null, Props? props = null) =>
        Serve(out _, layers, options, props);

    private SimulatedPeer Serve(out Bound bound, int layers = 0, ConnectionOptions? options = null, Props? props = null)
    {
        ListenerOptions listener = _system.Reactor().ListenerDefaults with
        {
            Connection = options ?? ConnectionOptions.Default,
            Layers = [.. Enumerable.Repeat(Pass.Layer, layers)],
        };
        bound = _simulation.Bind(
            _system,
            $"tcp://{Here}:7000",
            props ?? Props.Create(() => new Handler(_board)),
            listener
        );
        SimulatedPeer peer = _simulation.Connect(There, bound.LocalEndPoint);
        _simulation.Run(Second);
        return peer;
    }

    private void Send(SimulatedPeer peer, params string[] lines)
    {
        peer.Send(string.Concat(lines.Select(line => line + "\n")));
        _simulation.Run(Second);
    }

    private void Open(string gate)
    {
        _board.Gate(gate).TrySetResult();
        _simulation.Run(Second);
    }

    /// <summary>What was told, and what tasks wait for.</summary>
    private sealed class Board
    {
        private readonly List<string> _told = [];
        private readonly Dictionary<string, TaskCompletionSource> _gates = new(StringComparer.Ordinal);

        internal string Told
        {
            get
            {
                lock (_told)
                {
                    return string.Join(", ", _told);
                }
            }
        }

        internal IActorRef Protocol { get; set; } = ActorRefs.Nobody;

        /// <summary>Set when a task that had ignored the end is over.</summary>
        internal ManualResetEventSlim Over { get; } = new();

        internal void Tell(string what)
        {
            lock (_told)
            {
                _told.Add(what);
            }
        }

        internal TaskCompletionSource Gate(string name)
        {
            if (!_gates.TryGetValue(name, out TaskCompletionSource? gate))
            {
                _gates.Add(name, gate = new TaskCompletionSource());
            }

            return gate;
        }

        internal Task Wait(string name, CancellationToken ended) => Gate(name).Task.WaitAsync(ended);
    }

    private sealed class Handler(Board board) : AsyncLineProtocol
    {
        internal const int Much = 1_000_000;

        protected override void OnConnected()
        {
            board.Protocol = Self;
            board.Tell("connected");
        }

        protected override async ValueTask OnLineAsync(ReadOnlySequence<byte> line, CancellationToken ended)
        {
            string text = Encoding.ASCII.GetString(line);
            string gate = text[^1..];
            board.Tell($"begin {text}");
            try
            {
                await Handle(text, gate, ended);
                Write(Encoding.ASCII.GetBytes(text + "\n"));
                if (
                    text.StartsWith("swap", StringComparison.Ordinal)
                    || text.StartsWith("layer", StringComparison.Ordinal)
                )
                {
                    await board.Wait("before the end", ended);
                }

                board.Tell($"end {text}");
            }
            catch (Exception fault)
            {
                board.Tell($"{fault.GetType().Name} in {text}");
                if (text.StartsWith("ignore", StringComparison.Ordinal))
                {
                    board.Over.Set();
                }

                throw;
            }
        }

        private async Task Handle(string text, string gate, CancellationToken ended)
        {
            if (text.StartsWith("wait", StringComparison.Ordinal))
            {
                await board.Wait(gate, ended);
            }
            else if (text.StartsWith("ignore", StringComparison.Ordinal))
            {
                await board.Wait(gate, CancellationToken.None);
            }

            if (text.Contains("later", StringComparison.Ordinal))
            {
                await board.Wait(gate, ended);
            }

            switch (text.Split(' ')[0])
            {
                case "throw":
                    throw new InvalidOperationException("Asked for.");
                case "flush":
                    Write(new byte[Much]);
                    await FlushAsync();
                    board.Tell("flushed");
                    break;
                case "pass":
                    Write(new byte[Much]);
                    SwapProtocol(Props.Create(() => new Successor(board)));
                    await FlushAsync();
                    break;
                case "flood":
                    for (int i = 0; i < 20; i++)
                    {
                        Write(new byte[1000]);
                    }

                    await FlushAsync();
                    break;
                case "swap":
                    SwapProtocol(Props.Create(() => new Handler(board)));
                    break;
                case "layer":
                    StartLayer(Pass.Layer with { Unread = UnreadPolicy.Forward });
                    break;
            }
        }

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case "throw":
                    throw new InvalidOperationException("Asked for.");
                case "hello":
                    board.Tell("told hello");
                    Write("hello\n"u8, "acknowledged hello");
                    break;
                default:
                    board.Tell((string)message);
                    break;
            }
        }

        protected override void OnWriteFailed(WriteFailed failure) =>
            board.Tell($"write failed {failure.Cause.GetType().Name}");

        protected override void OnPeerFinished()
        {
            board.Tell("peer finished");
            base.OnPeerFinished();
        }

        protected override void OnDraining()
        {
            board.Tell("draining");
            base.OnDraining();
        }

        protected override void OnClosed(Closed closed) =>
            board.Tell(
                closed.Cause is ProtocolCrashedException
                    ? $"closed {closed.Reason} by {closed.Cause.GetType().Name}"
                    : $"closed {closed.Reason}"
            );

        protected override void PostStop() => board.Tell("stopped");
    }

    private sealed class Successor(Board board) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnClosed(Closed closed) => board.Tell($"closed {closed.Reason}");

        protected override void PostStop() => board.Tell("stopped");
    }

    private sealed class TooMuch(Board board) : AsyncProtocolActor
    {
        protected override async ValueTask<long> OnReceivedAsync(ReadOnlySequence<byte> data, CancellationToken ended)
        {
            await board.Wait("a", ended);
            return data.Length + 1;
        }
    }

    /// <summary>Takes four bytes at a time.</summary>
    private sealed class Four(Board board) : AsyncProtocolActor
    {
        protected override async ValueTask<long> OnReceivedAsync(ReadOnlySequence<byte> data, CancellationToken ended)
        {
            board.Tell($"{data.Length}");
            await board.Wait("a", ended);
            return data.Length < 4 ? 0 : 4;
        }
    }

    private sealed class Pass(IActorRef lower) : LayerActor(lower)
    {
        internal static Layer Layer { get; } = new("pass", lower => Props.Create(() => new Pass(lower)));
    }
}
