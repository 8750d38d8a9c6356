using System;
using System.Diagnostics;
using System.Threading;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

public sealed class WakePipeSpec
{
    [Fact]
    public void A_wait_ends_after_its_time_or_when_set_and_takes_all_sets_at_once()
    {
        using WakePipe wake = new(PosixAbi.Linux);
        AssertTakes(wake, 30);
        foreach (int sets in (int[])[1, 100, 512, 1024, 5000])
        {
            for (int i = 0; i < sets; i++)
            {
                wake.Set();
            }

            wake.Wait(20_000);
            AssertTakes(wake, 30);
        }
    }

    [Fact]
    public void A_full_pipe_is_a_set_one_and_blocks_nobody()
    {
        using WakePipe wake = new(PosixAbi.Linux);
        for (int i = 0; i < 100_000; i++)
        {
            wake.Set();
        }

        wake.Wait(20_000);
        AssertTakes(wake, 30);
        wake.Set();
        long started = Stopwatch.GetTimestamp();
        wake.Wait(20_000);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Cleared_when_it_is_not_set_nothing_happens()
    {
        using WakePipe wake = new(PosixAbi.Linux);
        wake.Clear();
        wake.Set();
        wake.Clear();
        wake.Clear();
        AssertTakes(wake, 30);
    }

    [Fact]
    public void A_set_from_another_thread_ends_a_wait_without_end()
    {
        using WakePipe wake = new(PosixAbi.Linux);
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
    public void Both_ends_are_closed_on_exec_and_do_not_block()
    {
        using WakePipe wake = new(PosixAbi.Linux);
        Assert.Equal(Libc.FD_CLOEXEC, Libc.Fcntl((int)wake.Descriptor, 1, 0));
        Assert.NotEqual(0, Libc.Fcntl((int)wake.Descriptor, Libc.F_GETFL, 0) & PosixAbi.Linux.ONonBlock);
    }

    [Fact]
    public void Disposed_twice_and_set_afterwards_nothing_happens()
    {
        WakePipe wake = new(PosixAbi.Linux);
        wake.Dispose();
        wake.Dispose();
        wake.Set();
        Assert.Equal(-1, wake.Descriptor);
    }

    private static void AssertTakes(WakePipe wake, int milliseconds)
    {
        long started = Stopwatch.GetTimestamp();
        wake.Wait(milliseconds);
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(milliseconds - 1));
    }
}
