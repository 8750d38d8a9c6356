using System;
using System.Diagnostics;
using System.Threading;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

public sealed class CompletionPortSpec
{
    public CompletionPortSpec() => Engines.ResolveOrSkip("afd");

    [Fact]
    public void A_wait_ends_after_its_time_or_when_set_and_takes_all_sets_at_once()
    {
        using CompletionPort wake = new();
        AssertTakes(wake, 30);
        for (int i = 0; i < 1000; i++)
        {
            wake.Set();
        }

        wake.Wait(20_000);
        AssertTakes(wake, 30);
    }

    [Fact]
    public void A_set_from_another_thread_ends_a_wait()
    {
        using CompletionPort wake = new();
        for (int round = 0; round < 200; round++)
        {
            Thread waker = new(wake.Set);
            waker.Start();
            wake.Wait(20_000);
            Assert.True(waker.Join(TimeSpan.FromSeconds(20)));
        }
    }

    [Fact]
    public void What_is_set_while_others_set_too_is_never_lost()
    {
        using CompletionPort wake = new();
        int produced = 0;
        const int Total = 20_000;
        Thread[] producers = new Thread[3];
        for (int i = 0; i < producers.Length; i++)
        {
            producers[i] = new Thread(() =>
            {
                for (int n = 0; n < Total; n++)
                {
                    Interlocked.Increment(ref produced);
                    wake.Set();
                }
            });
            producers[i].Start();
        }

        // A set that is lost would let this wait run into its time.
        long started = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref produced) < Total * producers.Length)
        {
            wake.Wait(20_000);
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15));
        }

        Assert.All(producers, producer => Assert.True(producer.Join(TimeSpan.FromSeconds(20))));
    }

    [Fact]
    public void Cleared_it_is_not_set()
    {
        using CompletionPort wake = new();
        wake.Set();
        wake.Clear();
        AssertTakes(wake, 30);
    }

    [Fact]
    public void A_completion_of_an_engine_that_is_gone_is_dropped_unread()
    {
        using CompletionPort wake = new();
        nuint gone = wake.NextKey();
        nuint key = wake.NextKey();

        // A request that nobody may look into any more: an address of nothing.
        Assert.NotEqual(0, AfdNative.PostQueuedCompletionStatus(wake.Descriptor, 0, gone, 1));
        Assert.NotEqual(0, AfdNative.PostQueuedCompletionStatus(wake.Descriptor, 0, key, 2));
        wake.Wait(30);
        nint[] requests = new nint[4];
        Assert.Equal(1, wake.Take(key, requests, 0, out bool woken));
        Assert.Equal(2, requests[0]);
        Assert.False(woken);
        Assert.Equal(1, wake.LateCompletions);
    }

    [Fact]
    public void Disposed_twice_and_set_afterwards_nothing_happens()
    {
        CompletionPort wake = new();
        wake.Dispose();
        wake.Dispose();
        wake.Set();
        Assert.Equal(0, wake.Descriptor);
    }

    private static void AssertTakes(CompletionPort wake, int milliseconds)
    {
        long started = Stopwatch.GetTimestamp();
        wake.Wait(milliseconds);
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(milliseconds - 1));
    }
}
