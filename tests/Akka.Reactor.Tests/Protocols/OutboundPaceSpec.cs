using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>When a protocol is pressed, and that it does not stay so.</summary>
public sealed class OutboundPaceSpec
{
    [Fact]
    public void It_is_pressed_above_high_water_and_until_low_water()
    {
        OutboundPace pace = Of(high: 10_000, low: 2_000);
        List<OutboundPace.Mark> marks = Write(ref pace, size: 872, count: 10);
        Assert.False(pace.IsPressed);
        marks.AddRange(Write(ref pace, size: 872, count: 1));
        Assert.True(pace.IsPressed);
        Assert.False(pace.IsBlind);

        // A mark every three writes of 1,000: behind 3, 6 and 9 of 11.
        Assert.Equal([3_000, 6_000, 9_000], marks.ConvertAll(mark => mark.Written));
        pace.Take(marks[0]);
        pace.Take(marks[1]);
        Assert.True(pace.IsPressed);
        pace.Take(marks[2]);
        Assert.False(pace.IsPressed);
    }

    [Fact]
    public void A_transport_that_says_what_waits_needs_no_mark_while_that_is_little()
    {
        OutboundPace pace = Of(high: 10_000, low: 2_000);
        for (int i = 0; i < 100; i++)
        {
            if (pace.Wrote(new Write(new byte[872])))
            {
                Assert.False(pace.Look(cost: 1_000));
            }

            Assert.False(pace.IsPressed);
        }
    }

    [Fact]
    public void Marks_of_another_connection_are_not_this_ones()
    {
        OutboundPace old = Of(high: 10_000, low: 2_000);
        OutboundPace.Mark late = Write(ref old, size: 20_000, count: 1)[0];
        OutboundPace pace = Of(high: 10_000, low: 2_000);
        Write(ref pace, size: 20_000, count: 1);
        pace.Take(late);
        Assert.True(pace.IsPressed);
    }

    [Fact]
    public void With_an_infinite_high_water_it_is_never_pressed()
    {
        OutboundPace pace = Of(ConnectionOptions.Infinite, low: 2_000);
        Assert.Empty(Write(ref pace, size: 1_000_000, count: 100));
        Assert.False(pace.IsPressed);
    }

    /// <summary>Whatever is written and however the marks come back, it is pressed only while more than low water waits.</summary>
    [Fact]
    public void It_knows_of_a_mark_on_its_way_whenever_it_is_pressed()
    {
        for (int seed = 0; seed < 5_000; seed++)
        {
            Run(new Random(seed));
        }
    }

    private static void Run(Random random)
    {
        int low = random.Next(3_000);
        OutboundPace pace = Of(low + 1 + random.Next(5_000), low);
        Queue<OutboundPace.Mark> marks = new();
        Queue<long> queue = new();
        long queued = 0;
        long written = 0;
        for (int step = 0; step < 200; step++)
        {
            // What it does not offer it does not answer, but others make it write.
            if (random.Next(2) == 0 && (!pace.IsPressed || random.Next(5) == 0))
            {
                int size = random.Next(2_000);
                written += size + WriteCost.Overhead;
                queued += size + WriteCost.Overhead;
                queue.Enqueue(size + WriteCost.Overhead);
                if (pace.Wrote(new Write(new byte[size])))
                {
                    Ask(ref pace);
                }
            }
            else if (queue.TryDequeue(out long gone))
            {
                queued -= gone;
                while (marks.TryPeek(out OutboundPace.Mark? mark) && mark.Written <= written - queued)
                {
                    pace.Take(marks.Dequeue());
                    if (pace.IsBlind)
                    {
                        Ask(ref pace);
                    }
                }
            }

            Assert.True(!pace.IsPressed || marks.Count > 0 || queue.Count == 0, $"step {step}: pressed for good");
            Assert.False(pace.IsBlind);
            Assert.True(
                pace.IsPressed || queued <= 5_000 + 3_000 + (2 * low) + 2_128,
                $"step {step}: not pressed with {queued} waiting"
            );
        }

        void Ask(ref OutboundPace pace)
        {
            if (random.Next(2) == 0 || pace.Look(queued))
            {
                marks.Enqueue(pace.PutMark());
            }
        }
    }

    private static List<OutboundPace.Mark> Write(ref OutboundPace pace, int size, int count)
    {
        List<OutboundPace.Mark> marks = [];
        for (int i = 0; i < count; i++)
        {
            if (pace.Wrote(new Write(new byte[size])))
            {
                marks.Add(pace.PutMark());
            }
        }

        return marks;
    }

    private static OutboundPace Of(int high, int low) =>
        new(
            new Connected(ActorRefs.Nobody, null!, null!)
            {
                Options = new ConnectionOptions { HighWater = high, LowWater = low },
            }
        );
}
