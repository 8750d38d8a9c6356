using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using Akka.Event;

namespace ReactorHost;

/// <summary>
/// Writes lines on a thread of its own, so that an output that is slow, full or gone holds up nobody. Only
/// <see cref="Most"/> lines wait for it. Further ones are lost until all of these are written, and a write that fails loses
/// them all; the number of lost lines is a line of its own as soon as lines can be written again.
/// </summary>
internal sealed class LogOutput
{
    /// <summary>More than the lines of a relay's tap that wait (4,096): the tap counts its own.</summary>
    internal const int Most = 8192;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly Lazy<LogOutput> Shared = new(() => new LogOutput(Console.OpenStandardOutput));

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _news = new(initialState: false);
    private readonly Queue<object> _waiting = new();
    private readonly Func<Stream> _open;
    private readonly Thread _writer;

    // The writer's only.
    private Stream? _stream;
    private bool _failed;

    // Under the gate.
    private long _lost;
    private bool _closed;

    /// <param name="open">Opens the output; called by the writer, again after a failure to open it.</param>
    internal LogOutput(Func<Stream> open)
    {
        _open = open;

        // In the background: a write that never ends does not keep the process.
        _writer = new Thread(Run) { IsBackground = true, Name = "log-output" };
        _writer.Start();
    }

    /// <summary>Standard output.</summary>
    internal static LogOutput Standard => Shared.Value;

    /// <summary>Writes the event's line, which is made text by the writer. Any thread; never waits.</summary>
    internal void Offer(LogEvent logEvent) => Add(logEvent);

    /// <summary>Writes this line. Any thread; never waits.</summary>
    internal void Offer(string line) => Add(line);

    /// <summary>Accepts no more, and gives the lines that wait this much time to be written.</summary>
    /// <returns>Whether the writer has ended.</returns>
    internal bool Close(TimeSpan within)
    {
        lock (_gate)
        {
            _closed = true;
        }

        _news.Set();
        return _writer.Join(within);
    }

    private void Add(object line)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            if (_lost > 0 || _waiting.Count == Most)
            {
                // The writer has work already.
                _lost++;
                return;
            }

            _waiting.Enqueue(line);
            if (_waiting.Count > 1)
            {
                return;
            }
        }

        _news.Set();
    }

    private void Run()
    {
        while (TryTake(out object? line, out long lost))
        {
            bool written = TryWrite(line is null ? Lost(lost) : line as string ?? LogLine.Of((LogEvent)line));
            if (written)
            {
                Forget(lost);
            }
            else if (!GoOnLater(line is null ? 0 : 1))
            {
                return;
            }
        }
    }

    // The next line, or null and how many have been lost at this point.
    private bool TryTake(out object? line, out long lost)
    {
        while (true)
        {
            lock (_gate)
            {
                bool any = _waiting.TryDequeue(out line);
                lost = any ? 0 : _lost;
                if (any || lost > 0)
                {
                    return true;
                }

                if (_closed)
                {
                    return false;
                }
            }

            _news.WaitOne();
        }
    }

    private void Forget(long lost)
    {
        lock (_gate)
        {
            _lost -= lost;
        }
    }

    // What waits is lost as well: nothing accumulates while nothing can be written.
    private bool GoOnLater(int lines)
    {
        long failed = Stopwatch.GetTimestamp();
        while (true)
        {
            lock (_gate)
            {
                _lost += lines + _waiting.Count;
                _waiting.Clear();
                lines = 0;
                if (_closed)
                {
                    return false;
                }
            }

            TimeSpan left = RetryAfter - Stopwatch.GetElapsedTime(failed);
            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            _news.WaitOne(left);
        }
    }

    private bool TryWrite(string line)
    {
        try
        {
            _stream ??= _open();

            // A line that failed may have been written in part.
            string start = _failed ? Environment.NewLine : "";
            _stream.Write(Encoding.UTF8.GetBytes($"{start}{line}{Environment.NewLine}"));
            _stream.Flush();
            _failed = false;
            return true;
        }
        catch (Exception)
        {
            _failed = true;
            return false;
        }
    }

    private static string Lost(long count) =>
        LogLine.Of(DateTime.UtcNow, LogLevel.WarningLevel, count == 1 ? "1 line was lost" : $"{count} lines were lost");
}
