using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Buffers;

namespace Akka.Reactor;

/// <summary>One way in which a network can cut a given input into parts.</summary>
/// <param name="Name">A description, such as <c>in one block</c> or <c>split at 7</c>.</param>
/// <param name="Parts">The parts of the input, in order. No part is empty.</param>
public sealed record Cutting(string Name, IReadOnlyList<ReadOnlyMemory<byte>> Parts);

/// <summary>
/// Feeds a decoder, or any other code that consumes bytes as <see cref="ProtocolActor"/> does, with the same input in one
/// block, byte by byte, and split at every position. It needs no network and no actors.
/// </summary>
public static class ByteFeeder
{
    /// <summary>
    /// Returns the cuttings of the input: in one block, byte by byte, then in two parts for every position at which it can
    /// be split.
    /// </summary>
    public static IEnumerable<Cutting> Cuttings(ReadOnlyMemory<byte> input)
    {
        yield return new Cutting("in one block", input.IsEmpty ? [] : [input]);
        yield return new Cutting("byte by byte", [.. Enumerable.Range(0, input.Length).Select(i => input.Slice(i, 1))]);
        for (int at = 1; at < input.Length; at++)
        {
            yield return new Cutting($"split at {at}", [input[..at], input[at..]]);
        }
    }

    /// <summary>
    /// Passes the parts to <paramref name="onReceived"/> one after the other, each as a separate segment, behind the bytes
    /// that are not consumed yet. Repeats the call with the rest as long as a call consumes some bytes.
    /// </summary>
    /// <param name="cutting">The parts to pass.</param>
    /// <param name="onReceived">
    /// Returns the number of bytes that it consumed, as <c>OnReceived</c> of <see cref="ProtocolActor"/> does.
    /// </param>
    /// <returns>The bytes that were not consumed.</returns>
    public static ReadOnlySequence<byte> Feed(Cutting cutting, Func<ReadOnlySequence<byte>, long> onReceived)
    {
        ArgumentNullException.ThrowIfNull(cutting);
        ArgumentNullException.ThrowIfNull(onReceived);
        ReadOnlySequence<byte> rest = ReadOnlySequence<byte>.Empty;
        foreach (ReadOnlyMemory<byte> part in cutting.Parts)
        {
            rest = ByteSegment.Concat(rest, new ReadOnlySequence<byte>(part));
            while (!rest.IsEmpty)
            {
                long used = onReceived(rest);
                if (used < 0 || used > rest.Length)
                {
                    throw new ByteFeederException(
                        $"{cutting.Name}: the code under test consumed {used} of {rest.Length} bytes."
                    );
                }

                if (used == 0)
                {
                    break;
                }

                rest = rest.Slice(used);
            }
        }

        return rest;
    }

    /// <summary>
    /// Calls <paramref name="run"/> for every cutting of the input, and compares each result with the result of the input
    /// in one block.
    /// </summary>
    /// <param name="input">The bytes to cut.</param>
    /// <param name="run">
    /// Creates a new decoder, feeds it with the cutting, and returns the result. The results are compared with
    /// <see cref="EqualityComparer{T}.Default"/>.
    /// </param>
    /// <returns>The result, which is the same for every cutting.</returns>
    /// <exception cref="ByteFeederException">A cutting gave a different result.</exception>
    public static T SameHoweverCut<T>(ReadOnlyMemory<byte> input, Func<Cutting, T> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        bool first = true;
        T expected = default!;
        foreach (Cutting cutting in Cuttings(input))
        {
            T result = run(cutting);
            if (first)
            {
                expected = result;
                first = false;
            }
            else if (!EqualityComparer<T>.Default.Equals(expected, result))
            {
                throw new ByteFeederException(
                    $"{cutting.Name}: the result is '{result}', but in one block it is '{expected}'."
                );
            }
        }

        return expected;
    }
}
