using System;
using System.ComponentModel;

namespace Akka.Reactor.Benchmarks.Native;

/// <summary>
/// The processor time another process has used, user and system, all threads: what /proc/PID/stat says in ticks of
/// 10 ms, in nanoseconds.
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
