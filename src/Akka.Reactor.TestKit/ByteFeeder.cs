using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Simulated;

namespace Akka.Reactor;

/// <summary>One way in which a network may cut the same bytes.</summary>
/// <param name="Name">Such as <c>in one block</c> or <c>split at 7</c>.</param>
/// <param name="Parts">The bytes in order; none is empty.</param>
public sealed record Cutting(string Name, IReadOnlyList<ReadOnlyMemory<byte>> Parts);

/// <summary>
/// Feeds a decoder, or anything else that consumes bytes as <see cref="ProtocolActor"/> does, with the same input in one
/// block, byte by byte and split at every point. No network, no actors.
/// </summary>
public static class ByteFeeder
{
    /// <summary>In one block, byte by byte, then in two parts for every point at which it can be split.</summary>
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
    /// Offers part after part, with everything before it that was not consumed, each part as a segment of its own; and again
    /// while some of it is consumed.
    /// </summary>
    /// <param name="cutting">What to offer.</param>
    /// <param name="onReceived">Returns how many bytes it used, as <see cref="ProtocolActor"/>'s does.</param>
    /// <returns>What was not consumed.</returns>
    public static ReadOnlySequence<byte> Feed(Cutting cutting, Func<ReadOnlySequence<byte>, long> onReceived)
    {
        ArgumentNullException.ThrowIfNull(cutting);
        ArgumentNullException.ThrowIfNull(onReceived);
        ReadOnlySequence<byte> rest = ReadOnlySequence<byte>.Empty;
        foreach (ReadOnlyMemory<byte> part in cutting.Parts)
        {
            rest = PartSegment.Append(rest, part);
            while (!rest.IsEmpty)
            {
                long used = onReceived(rest);
                if (used < 0 || used > rest.Length)
                {
                    throw new ByteFeederException($"{cutting.Name}: it used {used} of {rest.Length} bytes.");
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

    /// <summary>Runs it for every cutting of the input, and compares each result with that of the one block.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="run">Makes a fresh decoder, feeds it, and returns what came out of it; compared with <see cref="object.Equals(object)"/>.</param>
    /// <returns>The result, which is the same for all.</returns>
    /// <exception cref="ByteFeederException">A cutting made a difference.</exception>
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
                throw new ByteFeederException($"{cutting.Name}: '{result}' came out, in one block '{expected}'.");
            }
        }

        return expected;
    }
}
