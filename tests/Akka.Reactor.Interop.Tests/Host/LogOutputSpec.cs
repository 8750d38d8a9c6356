using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using ReactorHost;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class LogOutputSpec
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public void Lines_are_written_in_order_and_the_end_waits_for_them()
    {
        Output output = new();
        LogOutput log = new(() => output);
        for (int i = 0; i < 1000; i++)
        {
            log.Offer($"line {i}");
        }

        Assert.True(log.Close(Deadline));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"line {i}"), output.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public async Task While_the_output_takes_nothing_a_bounded_number_of_lines_waits_and_the_rest_is_counted()
    {
        Output output = new();
        output.Gate.Reset();
        LogOutput log = new(() => output);
        log.Offer("first");
        await output.Entered.Task.WaitAsync(Deadline);
        for (int i = 0; i < LogOutput.Most + 123; i++)
        {
            log.Offer($"line {i}");
        }

        Assert.False(log.Close(TimeSpan.Zero));
        output.Gate.Set();
        Assert.True(log.Close(Deadline));
        string[] lines = output.Lines;
        Assert.Equal(LogOutput.Most + 2, lines.Length);
        Assert.Equal($"line {LogOutput.Most - 1}", lines[^2]);
        Assert.EndsWith("WARN  123 lines were lost", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_is_counted_and_said_once_when_it_is_possible_again()
    {
        Output output = new() { Full = true };
        LogOutput log = new(() => output);
        log.Offer("one");
        await output.Entered.Task.WaitAsync(Deadline);
        log.Offer("two");
        log.Offer("three");
        output.Full = false;
        await Until(() => output.Lines.Length > 0);
        log.Offer("four");
        Assert.True(log.Close(Deadline));
        Assert.Collection(
            output.Lines,
            line => Assert.EndsWith("WARN  3 lines were lost", line, StringComparison.Ordinal),
            line => Assert.Equal("four", line)
        );
    }

    [Fact]
    public async Task An_output_that_cannot_be_opened_is_opened_later()
    {
        Output output = new();
        bool failed = false;
        LogOutput log = new(() =>
        {
            if (!failed)
            {
                failed = true;
                throw new IOException("not yet");
            }

            return output;
        });
        log.Offer("one");
        await Until(() => output.Lines.Length > 0);
        Assert.True(log.Close(Deadline));
        Assert.EndsWith("WARN  1 line was lost", Assert.Single(output.Lines), StringComparison.Ordinal);
    }

    private static async Task Until(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (!condition())
        {
            await Pause.BetweenLooks(deadline.Token);
        }
    }

    private sealed class Output : MemoryStream
    {
        private readonly Lock _gate = new();
        private readonly StringBuilder _text = new();

        internal ManualResetEventSlim Gate { get; } = new(initialState: true);

        internal TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal bool Full { get; set; }

        internal string[] Lines
        {
            get
            {
                lock (_gate)
                {
                    return _text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
                }
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            // Read before the test goes on: a test that makes room afterwards means the next write.
            bool full = Full;
            Entered.TrySetResult();
            Gate.Wait(Deadline);
            if (full)
            {
                throw new IOException("No space left on device");
            }

            lock (_gate)
            {
                _text.Append(Encoding.UTF8.GetString(buffer));
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
