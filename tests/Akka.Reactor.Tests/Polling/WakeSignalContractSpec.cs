using System;
using System.Diagnostics;
using System.Threading;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>What every wake signal has to do: a leaf per kind says how to make one.</summary>
public abstract class WakeSignalContractSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private protected WakeSignalContractSpec(IWakeSignal wake) => Wake = wake;

    private protected IWakeSignal Wake { get; }

    public void Dispose()
    {
        Wake.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_wait_ends_after_its_time_or_when_set_and_takes_all_sets_at_once()
    {
        AssertNotSet();
        foreach (int sets in (int[])[1, 100, 512, 1024, 5000])
        {
            for (int i = 0; i < sets; i++)
            {
                Wake.Set();
            }

            Wake.Wait(20_000);
            AssertNotSet();
        }
    }

    [Fact]
    public void However_often_it_is_set_nobody_is_blocked_and_it_can_be_set_again()
    {
        for (int i = 0; i < 100_000; i++)
        {
            Wake.Set();
        }

        Wake.Wait(20_000);
        AssertNotSet();
        Wake.Set();
        long started = Stopwatch.GetTimestamp();
        Wake.Wait(20_000);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Cleared_it_is_not_set()
    {
        Wake.Clear();
        Wake.Set();
        Wake.Clear();
        Wake.Clear();
        AssertNotSet();
    }

    [Fact]
    public void A_set_from_another_thread_ends_a_wait()
    {
        for (int round = 0; round < 500; round++)
        {
            Thread waker = new(Wake.Set);
            waker.Start();
            Wake.Wait(20_000);
            Assert.True(waker.Join(Patience));
        }
    }

    [Fact]
    public void What_is_set_while_others_set_too_is_never_lost()
    {
        const int Total = 20_000;
        int produced = 0;
        Thread[] producers = new Thread[3];
        for (int i = 0; i < producers.Length; i++)
        {
            producers[i] = new Thread(() =>
            {
                for (int n = 0; n < Total; n++)
                {
                    Interlocked.Increment(ref produced);
                    Wake.Set();
                }
            });
            producers[i].Start();
        }

        // A set that is lost would let this wait run into its time.
        long started = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref produced) < Total * producers.Length)
        {
            Wake.Wait(20_000);
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15));
        }

        Assert.All(producers, producer => Assert.True(producer.Join(Patience)));
    }

    [Fact]
    public void Disposed_twice_and_set_afterwards_nothing_happens()
    {
        nint descriptor = Wake.Descriptor;
        Wake.Dispose();
        Wake.Dispose();
        Wake.Set();
        Assert.NotEqual(descriptor, Wake.Descriptor);
    }

    /// <summary>A short wait takes its whole time.</summary>
    private protected void AssertNotSet()
    {
        const int Milliseconds = 30;
        long started = Stopwatch.GetTimestamp();
        Wake.Wait(Milliseconds);
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(Milliseconds - 1));
    }
}
