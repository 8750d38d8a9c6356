using System;
using System.ComponentModel;

namespace Akka.Reactor.Benchmarks.Native;

/// <summary>
/// Reads the processor time that another process has used, user and system, on all threads. It has nanoseconds where
/// /proc/PID/stat has ticks of 10 ms.
/// </summary>
internal sealed unsafe class ProcessCpuClock
{
    private readonly int _clock;

    internal ProcessCpuClock(int processId)
    {
        int clock;
        int error = Libc.ClockGetCpuClockId(processId, &clock);
        if (error != 0)
        {
            throw new Win32Exception(error);
        }

        _clock = clock;
    }

    internal TimeSpan Read()
    {
        Libc.TimeSpec time;
        return Libc.ClockGetTime(_clock, &time) < 0
            ? throw Libc.LastError("clock_gettime")
            : TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }
}
