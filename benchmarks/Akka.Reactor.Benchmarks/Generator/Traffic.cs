using System;
using System.Diagnostics;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// A kind of load on one server. It uses one thread, which sleeps only if no event has come for
/// <see cref="SpinMicroseconds"/>. So a busy server does not pay for waking the generator, and the generator leaves the
/// processor to other threads while the server causes no events.
/// </summary>
internal abstract class Traffic : IDisposable
{
    /// <summary>The number of bytes that are sent or received at a time.</summary>
    protected const int BufferSize = 64 * 1024;

    private const int PatienceMilliseconds = 5000;
    private const int SpinMicroseconds = 50;

    private static readonly long s_spin = Stopwatch.Frequency * SpinMicroseconds / 1_000_000;

    private readonly LatencyHistogram _latency = new();
    private long _completed;

    /// <summary>The source of the events. The subclass defines its tags.</summary>
    protected Epoll Poller { get; } = new();

    /// <summary>The buffer for received bytes.</summary>
    protected byte[] Buffer { get; } = GC.AllocateArray<byte>(BufferSize, pinned: true);

    /// <summary>The time after which no new operation may begin, in ticks of <see cref="Stopwatch"/>.</summary>
    protected long Deadline { get; private set; }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs for the given time, then begins no new operation and waits for the operations under way.</summary>
    internal GeneratorResult Run(TimeSpan duration)
    {
        _latency.Clear();
        _completed = 0;
        long begin = Stopwatch.GetTimestamp();
        long last = begin;
        Deadline = begin + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        Begin(begin);
        while (!IsOver(last))
        {
            int count = NextEvents(last);
            for (int index = 0; index < count; index++)
            {
                (uint events, int tag) = Poller.At(index);
                last = Stopwatch.GetTimestamp();
                Handle(tag, events, last);
            }
        }

        return new GeneratorResult(_completed, (last - begin) / (double)Stopwatch.Frequency, _latency);
    }

    /// <summary>Begins a round.</summary>
    protected abstract void Begin(long now);

    /// <summary>Returns whether the round has ended.</summary>
    protected abstract bool IsOver(long now);

    /// <summary>Handles the events of a descriptor that is ready.</summary>
    protected abstract void Handle(int tag, uint events, long now);

    /// <summary>Counts one operation and records its duration, in ticks of <see cref="Stopwatch"/>.</summary>
    protected void Complete(long ticks)
    {
        _latency.Record(ticks);
        _completed++;
    }

    /// <summary>Counts operations that have no duration of their own.</summary>
    protected void Complete(int operations) => _completed += operations;

    protected virtual void Dispose(bool disposing) => Poller.Dispose();

    private int NextEvents(long last)
    {
        int count = Poller.Wait(0);
        while (count == 0 && Stopwatch.GetTimestamp() - last < s_spin)
        {
            count = Poller.Wait(0);
        }

        if (count == 0)
        {
            long slept = Stopwatch.GetTimestamp();
            count = Poller.Wait(PatienceMilliseconds);
            if (count == 0 && Stopwatch.GetElapsedTime(slept).TotalMilliseconds >= PatienceMilliseconds)
            {
                throw new TimeoutException("The server did nothing for 5 s.");
            }
        }

        return count;
    }
}
