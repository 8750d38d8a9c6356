using System;
using System.Collections.Generic;
using Akka.Reactor.Buffers;
using Xunit;

namespace Akka.Reactor.Tests.Buffers;

public sealed class ChunkQueueSpec
{
    [Fact]
    public void Is_a_queue()
    {
        Random random = new(1);
        Queue<string> model = [];
        ChunkQueue<string> queue = new();
        for (int step = 0; step < 20_000; step++)
        {
            // It grows and shrinks by turns.
            if (random.Next(100) < (step / 1000 % 2 == 0 ? 60 : 40))
            {
                model.Enqueue($"{step}");
                queue.Enqueue($"{step}");
            }
            else
            {
                Assert.Equal(model.TryDequeue(out string? expected), queue.TryDequeue(out string? found));
                Assert.Equal(expected, found);
            }

            Assert.Equal(model.Count, queue.Count);
            if (step % 100 == 0)
            {
                List<string> all = [];
                foreach (string element in queue)
                {
                    all.Add(element);
                }

                Assert.Equal(model, all, StringComparer.Ordinal);
            }
        }
    }

    [Fact]
    public void Its_memory_is_free_again_when_its_elements_are_gone()
    {
        const int Queues = 2000;
        const int Longest = 1000;
        ChunkQueue<decimal>[] queues = new ChunkQueue<decimal>[Queues];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Queues; i++)
        {
            queues[i] = new ChunkQueue<decimal>();
            for (int element = 0; element < Longest; element++)
            {
                queues[i].Enqueue(element);
            }

            while (queues[i].Count > 10)
            {
                queues[i].TryDequeue(out _);
            }
        }

        // All at their longest are 32 MB, and other tests run at the same time.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 12_000_000);
        GC.KeepAlive(queues);
    }
}
