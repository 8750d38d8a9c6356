using System;
using System.Collections.Generic;

namespace Akka.Reactor.Benchmarks.Native;

/// <summary>
/// Controls which processors a thread may use. A child process inherits the processors of the thread that starts it, from
/// its very first instruction. So its runtime, too, sees one processor and sizes its pools for it.
/// </summary>
internal static unsafe class CpuAffinity
{
    private const int MaskBytes = 128;

    /// <summary>Returns the processors that the calling thread may use.</summary>
    internal static IReadOnlyList<int> Allowed()
    {
        byte[] mask = Get();
        List<int> allowed = [];
        for (int cpu = 0; cpu < MaskBytes * 8; cpu++)
        {
            if ((mask[cpu / 8] & (1 << (cpu % 8))) != 0)
            {
                allowed.Add(cpu);
            }
        }

        return allowed;
    }

    /// <summary>Runs the action while the calling thread is pinned to one processor. Null leaves the thread as it is.</summary>
    internal static void RunOn(int? cpu, Action action)
    {
        if (cpu is not { } number)
        {
            action();
            return;
        }

        byte[] before = Get();
        byte[] one = new byte[MaskBytes];
        one[number / 8] = (byte)(1 << (number % 8));
        Set(one);
        try
        {
            action();
        }
        finally
        {
            Set(before);
        }
    }

    private static byte[] Get()
    {
        byte[] mask = new byte[MaskBytes];
        fixed (byte* start = mask)
        {
            return Libc.SchedGetAffinity(0, MaskBytes, start) < 0 ? throw Libc.LastError("sched_getaffinity") : mask;
        }
    }

    private static void Set(byte[] mask)
    {
        fixed (byte* start = mask)
        {
            if (Libc.SchedSetAffinity(0, MaskBytes, start) < 0)
            {
                throw Libc.LastError("sched_setaffinity");
            }
        }
    }
}
