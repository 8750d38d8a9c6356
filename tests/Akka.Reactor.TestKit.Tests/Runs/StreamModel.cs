using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>What may have arrived, given the writes of a connection and their answers.</summary>
internal static class StreamModel
{
    /// <summary>What is wrong with a stream, or null.</summary>
    /// <param name="stream">What arrived.</param>
    /// <param name="writes">Every write to the connection; those of one writer in the order told.</param>
    /// <param name="cut">The connection was cut short: the stream may end anywhere.</param>
    internal static string? Complaint(ReadOnlySpan<byte> stream, IEnumerable<WriteRecord> writes, bool cut)
    {
        Queue<WriteRecord>[] expected = new Queue<WriteRecord>[WriteRecord.Writers];
        for (int writer = 0; writer < expected.Length; writer++)
        {
            expected[writer] = [];
        }

        foreach (WriteRecord write in writes.Where(write => MayArrive(write, cut)))
        {
            expected[write.Writer].Enqueue(write);
        }

        int start = 0;
        while (start < stream.Length)
        {
            int writer = WriteRecord.WriterOf(stream[start]);
            WriteRecord? write;
            do
            {
                expected[writer].TryDequeue(out write);
            } while (write is { IsUnknown: true } && write.Data[0] != stream[start]);

            if (write is null)
            {
                return $"at {start} bytes of writer {writer} arrived that were not accepted";
            }

            int count = Math.Min(write.Data.Length, stream.Length - start);
            if (!stream.Slice(start, count).SequenceEqual(write.Data.AsSpan(0, count)))
            {
                return $"at {start} something else than {write} arrived";
            }

            if (count < write.Data.Length && !cut)
            {
                return $"of {write} only {count} bytes arrived";
            }

            start += count;
        }

        WriteRecord? lost = expected.SelectMany(left => left).FirstOrDefault(write => !write.IsUnknown);
        return cut || lost is null ? null : $"{lost} did not arrive";
    }

    /// <summary>Whether each number was accepted once and after the one before it, whatever was refused meanwhile.</summary>
    internal static string? HoleIn(IEnumerable<WriteRecord> writes, bool cut)
    {
        int next = 0;
        foreach (WriteRecord write in writes)
        {
            if (write.Data.Length == 0 || IsRefused(write) || write.Was(Answer.Closed))
            {
                continue;
            }

            if (!WasAccepted(write, cut))
            {
                // From here on nobody was told.
                break;
            }

            if (write.Number != next++)
            {
                return $"{write} was accepted where {next - 1} had to come";
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a writer that was refused had every write refused that it told before it handled <see cref="Writable"/>.
    /// </summary>
    internal static string? TooEarly(IEnumerable<WriteRecord> writes, bool cut)
    {
        WriteRecord? refused = null;
        foreach (WriteRecord write in writes)
        {
            if (!write.IsExact)
            {
                refused = null;
            }
            else if (write.Was(Answer.Refused))
            {
                refused = write;
            }
            else if (refused is not null && refused.Epoch == write.Epoch && WasAccepted(write, cut))
            {
                return $"{write} was accepted after {refused}, before Writable";
            }
        }

        return null;
    }

    private static bool IsRefused(WriteRecord write) => write.Was(Answer.Refused) || write.Was(Answer.TooLarge);

    private static bool WasAccepted(WriteRecord write, bool cut) =>
        write.Answers.Count > 0
            ? write.Was(Answer.Acknowledged)
            : write.Loss == Loss.Never || (write.Loss == Loss.WhenCut && !cut);

    // Of what failed because the connection was cut, any part may have left before.
    private static bool MayArrive(WriteRecord write, bool cut) =>
        write.Data.Length > 0 && !IsRefused(write) && (cut || !write.Was(Answer.Closed));
}
