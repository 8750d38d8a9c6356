using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading;

namespace Akka.Reactor.Simulated;

/// <summary>
/// The last events of a simulation, up to the given capacity. The text of the lines is made only when the trace is read.
/// </summary>
internal sealed class TraceLog(VirtualClock clock, int capacity)
{
    // The log events of systems can come from any thread.
    private readonly Lock _gate = new();
    private readonly Queue<Entry> _entries = new();

    internal void Add(object who, string what, long number = long.MinValue)
    {
        if (capacity == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_entries.Count == capacity)
            {
                _entries.Dequeue();
            }

            _entries.Enqueue(new Entry(clock.Ticks, who, what, number));
        }
    }

    /// <summary>Returns the given number of last events, one on each line.</summary>
    internal string Tail(int lines)
    {
        Entry[] entries;
        lock (_gate)
        {
            entries = [.. _entries];
        }

        StringBuilder text = new();
        int skip = entries.Length - lines;
        foreach (Entry entry in entries)
        {
            if (skip-- > 0)
            {
                continue;
            }

            text.Append(
                CultureInfo.InvariantCulture,
                $"{TimeSpan.FromTicks(entry.Ticks).TotalSeconds, 14:F7} {entry.Who} {entry.What}"
            );
            if (entry.Number != long.MinValue)
            {
                text.Append(' ').Append(entry.Number);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private readonly record struct Entry(long Ticks, object Who, string What, long Number);
}
