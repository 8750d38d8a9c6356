using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>A protocol that blocks its loop: who is delayed, and what is said of it.</summary>
public sealed class StallWarningSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(
        "akka.reactor { selectors = 2, stall-warning = 200ms, shutdown-timeout = 3s }",
        "stalls",
        output
    )
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Blocked = Soak.IsOn ? TimeSpan.FromSeconds(5) : TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_handler_that_blocks_delays_no_other_selector_and_is_named_while_it_does_and_when_it_ends()
    {
        using ManualResetEventSlim release = new();
        Bound bound = await Sys.Reactor()
            .Bind(
                "tcp://127.0.0.1:0",
                Props.Create(() => new Blocking(release)),
                Sys.Reactor().ListenerDefaults with
                {
                    Name = "blocking",
                }
            );

        // One on each selector, or else one of them would not be of interest.
        List<Peer> peers = [];
        List<(string Path, string Dispatcher)> actors = [];
        while (actors.Select(actor => actor.Dispatcher).Distinct(StringComparer.Ordinal).Count() < 2)
        {
            Peer peer = await Peer.ConnectTo(bound);
            peers.Add(peer);
            await peer.Send("who\n");
            string[] words = (await peer.ReceiveLine()).Split(' ');
            actors.Add((words[0], words[1]));
            Assert.True(actors.Count < 10, "All connections are on one selector.");
        }

        int last = actors.Count - 1;
        int other = actors.FindIndex(actor =>
            !string.Equals(actor.Dispatcher, actors[last].Dispatcher, StringComparison.Ordinal)
        );
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        await peers[last].Send("block\n");
        Warning begun = await Find("and still blocks it");
        string path = actors[last].Path;
        Assert.StartsWith(
            $"{path} has blocked stalls-reactor-loop-",
            begun.Message.ToString(),
            StringComparison.Ordinal
        );

        // It is named while it holds the loop, and the other loop goes on.
        Assert.False(release.IsSet);
        long until = Environment.TickCount64 + (long)Blocked.TotalMilliseconds;
        TimeSpan slowest = TimeSpan.Zero;
        while (Environment.TickCount64 < until)
        {
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            await peers[other].Send("who\n");
            Assert.Contains(actors[other].Path, await peers[other].ReceiveLine(), StringComparison.Ordinal);
            TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
        }

        Output.WriteLine($"the slowest answer of the other selector took {slowest.TotalMilliseconds:F1} ms");
        Assert.True(slowest < Blocked / 2, $"An answer took {slowest}.");
        release.Set();
        Warning ended = await Find("released stalls-reactor-loop-");
        string text = ended.Message.ToString()!;
        Assert.StartsWith(path, text, StringComparison.Ordinal);
        string total = text.Split(' ')[^2];
        Assert.True(
            long.Parse(total, CultureInfo.InvariantCulture) >= (long)Blocked.TotalMilliseconds,
            $"It was held for {Blocked}, but said is: {text}"
        );
        Assert.Equal("done", await peers[last].ReceiveLine());
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task An_actor_that_blocks_in_its_constructor_or_its_end_is_named_too()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>());
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("x");
        string dispatcher = Encoding.ASCII.GetString(await peer.Receive());
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        IActorRef slow = Sys.ActorOf(Props.Create<SlowToStartAndStop>().WithDispatcher(dispatcher), "slow");
        Assert.StartsWith(
            slow.Path.ToString(),
            (await Find("and still blocks it")).Message.ToString(),
            StringComparison.Ordinal
        );
        await Find(" released ");
        Watch(slow);
        Sys.Stop(slow);
        Assert.StartsWith(
            slow.Path.ToString(),
            (await Find("and still blocks it")).Message.ToString(),
            StringComparison.Ordinal
        );
        ExpectTerminated(slow, Patience);
    }

    // An unrelated warning may come from a machine that is busy with other tests.
    private async Task<Warning> Find(string text) =>
        await FishForMessageAsync<Warning>(
            warning =>
                warning.Message.ToString()!.Contains(text, StringComparison.Ordinal)
                && (
                    warning.Message.ToString()!.Contains("/blocking/", StringComparison.Ordinal)
                    || warning.Message.ToString()!.Contains("/slow", StringComparison.Ordinal)
                ),
            Patience
        );

    private sealed class Blocking(ManualResetEventSlim release) : LineProtocol
    {
        protected override void OnLine(ReadOnlySequence<byte> line)
        {
            string text = Encoding.ASCII.GetString(line);
            if (text is "block")
            {
                release.Wait(Patience);
                Write("done\n"u8);
            }
            else
            {
                Write(Encoding.ASCII.GetBytes($"{Self.Path} {Connection.Dispatcher}\n"));
            }
        }
    }

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(Encoding.ASCII.GetBytes(Connection.Dispatcher));
            return data.Length;
        }
    }

    private sealed class SlowToStartAndStop : UntypedActor
    {
        private static readonly TimeSpan TooLong = TimeSpan.FromMilliseconds(600);

        public SlowToStartAndStop() => Pause.Block(TooLong, "an actor that is slow to start");

        protected override void PostStop() => Pause.Block(TooLong, "an actor that is slow to stop");

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
