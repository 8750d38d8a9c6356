using System;
using System.Diagnostics;
using System.Threading;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

public sealed class EventFdSpec
{
    [Fact]
    public void A_wait_ends_after_its_time_or_when_set_and_takes_all_sets_at_once()
    {
        using EventFd wake = new();
        AssertTakes(wake, 30);
        for (int i = 0; i < 100; i++)
        {
            wake.Set();
        }

        wake.Wait(20_000);
        AssertTakes(wake, 30);
    }

    [Fact]
    public void A_set_from_another_thread_ends_a_wait_without_end()
    {
        using EventFd wake = new();
        for (int round = 0; round < 1000; round++)
        {
            using ManualResetEventSlim go = new();
            Thread waker = new(() =>
            {
                go.Wait(TimeSpan.FromSeconds(20));
                wake.Set();
            });
            waker.Start();
            go.Set();
            wake.Wait(20_000);
            Assert.True(waker.Join(TimeSpan.FromSeconds(20)));
        }
    }

    [Fact]
    public void Disposed_twice_and_set_afterwards_nothing_happens()
    {
        EventFd wake = new();
        wake.Dispose();
        wake.Dispose();
        wake.Set();
        Assert.Equal(-1, wake.Descriptor);
    }

    private static void AssertTakes(EventFd wake, int milliseconds)
    {
        long started = Stopwatch.GetTimestamp();
        wake.Wait(milliseconds);
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(milliseconds - 1));
    }
}
