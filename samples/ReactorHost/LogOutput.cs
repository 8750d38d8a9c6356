using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using Akka.Event;

namespace ReactorHost;

/// <summary>
/// Writes lines on its own thread, so that an output that is slow, full or gone blocks no other thread. At most
/// <see cref="Most"/> lines wait. Further lines are lost until all waiting lines are written. A write that fails loses all
/// waiting lines. The number of lost lines is written in a separate line as soon as lines can be written again.
/// </summary>
internal sealed class LogOutput
{
    /// <summary>
    /// The largest number of waiting lines. It is larger than the number of lines that wait in a relay's tap (4,096),
    /// because the tap counts its own lost lines.
    /// </summary>
    internal const int Most = 8192;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly Lazy<LogOutput> Shared = new(() => new LogOutput(Console.OpenStandardOutput));

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _news = new(initialState: false);
    private readonly Queue<object> _waiting = new();
    private readonly Func<Stream> _open;
    private readonly Thread _writer;

    // Only the writer uses these fields.
    private Stream? _stream;
    private bool _failed;

    // The gate protects these fields.
    private long _lost;
    private bool _closed;

    /// <param name="open">Opens the output. The writer calls it, and calls it again after a failure to open the output.</param>
    internal LogOutput(Func<Stream> open)
    {
        _open = open;

        // The writer is a background thread, so that a write that never ends does not keep the process alive.
        _writer = new Thread(Run) { IsBackground = true, Name = "log-output" };
        _writer.Start();
    }

    /// <summary>Standard output.</summary>
    internal static LogOutput Standard => Shared.Value;

    /// <summary>Queues the line of an event; the writer makes the text. Can be called on any thread. Never waits.</summary>
    internal void Offer(LogEvent logEvent) => Add(logEvent);

    /// <summary>Queues a line. Can be called on any thread. Never waits.</summary>
    internal void Offer(string line) => Add(line);

    /// <summary>Accepts no further lines, and waits at most the given time until the waiting lines are written.</summary>
    /// <returns>True if the writer has ended.</returns>
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
                // The writer already has work and needs no signal.
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

    // Takes the next line. Returns a null line and the number of lost lines if lines have been lost at this point. Returns
    // false if the output is closed and nothing is left to write.
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

    // Waits for the next attempt after a failed write. The waiting lines are lost as well, so that nothing accumulates
    // while nothing can be written. Returns false if the output is closed.
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

            // The failed line may have been written in part, so the next line begins with a line break.
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
