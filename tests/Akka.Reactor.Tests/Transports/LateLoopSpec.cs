using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Polling;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>A loop that is held up for longer than its timeouts: nobody who has sent meanwhile is blamed for it.</summary>
[Collection(Alone.Name)]
[Trait("Engines", "all")]
public sealed class LateLoopSpec
{
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(2200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // More than one wait of the engine can tell of, but where it cannot watch so many: both ends are in this process.
    private static int PeersOn(string engine, string stack) =>
        engine == "select" ? 100
        : stack == "tls" ? Soak.Scale(100, full: 700)
        : 700;

    public static TheoryData<string, string> BareAndTls => EngineSystem.Over(EngineSystem.SomeEngines, ["", "tls"]);

    [Theory]
    [MemberData(nameof(BareAndTls))]
    public async Task Whoever_has_sent_while_a_handler_held_the_loop_is_served(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        using ManualResetEventSlim holds = new();
        using ManualResetEventSlim letsGo = new();
        ConnectionOptions options = new() { IdleTimeout = IdleTimeout };
        Bound bound = await system.Bind(Props.Create(() => new Holder(holds, letsGo)), options, stack);
        List<Peer> peers = [];
        try
        {
            foreach (int[] some in Enumerable.Range(0, PeersOn(engine, stack)).Chunk(20))
            {
                peers.AddRange(await Task.WhenAll(some.Select(_ => StackedConnection.Connect(bound, stack))));
            }

            // Whoever came first has its whole time, too.
            await Task.WhenAll(peers.Select(peer => peer.Send("ping\n")));
            await Task.WhenAll(peers.Select(peer => peer.ReceiveLine())).WaitAsync(Patience);
            using Peer culprit = await StackedConnection.Connect(bound, stack);
            await culprit.Send("hold\n");
            await Task.Run(() => Assert.True(holds.Wait(Patience)));
            foreach (Peer peer in peers)
            {
                await peer.Send("ping\n");
            }

            await Pause.For(Hold, "every idle timeout is over by then");
            letsGo.Set();
            string[] answers = await Task.WhenAll(peers.Select(peer => peer.ReceiveLine())).WaitAsync(Patience);
            Assert.All(answers, answer => Assert.Equal("ping", answer.TrimEnd()));
        }
        finally
        {
            letsGo.Set();
            peers.ForEach(peer => peer.Dispose());
        }
    }

    /// <summary>A peer that waits for an answer before it sends more is as fast as the loop lets it be.</summary>
    [Theory]
    [MemberData(nameof(BareAndTls))]
    public async Task Time_in_which_the_loop_was_held_up_makes_nobody_too_slow(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        using ManualResetEventSlim holds = new();
        using ManualResetEventSlim letsGo = new();
        ConnectionOptions options = new() { MinReceiveRate = 250, RatePeriod = TimeSpan.FromSeconds(1) };
        Bound bound = await system.Bind(Props.Create(() => new Holder(holds, letsGo)), options, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        string question = new('q', 99);
        await AskTenTimes();
        Task held = Task.Run(async () =>
        {
            Assert.True(holds.Wait(Patience));
            await Pause.For(
                TimeSpan.FromSeconds(4),
                "whatever came in the second before, 4 s more are too long for it"
            );
            letsGo.Set();
        });
        await peer.Send($"hold\n{question}\n");
        Assert.Equal(question, (await peer.ReceiveLine().WaitAsync(Patience)).TrimEnd());
        await held;
        await AskTenTimes();

        async Task AskTenTimes()
        {
            for (int i = 0; i < 10; i++)
            {
                await Pause.For(TimeSpan.FromMilliseconds(100), "four times the demanded rate");
                await peer.Send($"{question}\n");
                Assert.Equal(question, (await peer.ReceiveLine().WaitAsync(Patience)).TrimEnd());
            }
        }
    }

    [Theory]
    [MemberData(nameof(BareAndTls))]
    public async Task Whoever_has_sent_nothing_is_timed_out_all_the_same(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        using ManualResetEventSlim holds = new();
        using ManualResetEventSlim letsGo = new(initialState: true);
        ConnectionOptions options = new() { IdleTimeout = IdleTimeout };
        Bound bound = await system.Bind(Props.Create(() => new Holder(holds, letsGo)), options, stack);
        using Peer silent = await StackedConnection.Connect(bound, stack);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            if ((await silent.Receive().WaitAsync(Patience)).Length == 0)
            {
                throw new InvalidOperationException("It ended in order.");
            }
        });
    }

    private sealed class Holder(ManualResetEventSlim holds, ManualResetEventSlim letsGo) : LineProtocol
    {
        protected override void OnLine(ReadOnlySequence<byte> line)
        {
            if (Encoding.ASCII.GetString(line) == "hold")
            {
                holds.Set();
                letsGo.Wait(Patience);
            }
            else
            {
                Write(Encoding.ASCII.GetBytes($"{Encoding.ASCII.GetString(line)}\n"));
            }
        }
    }
}
