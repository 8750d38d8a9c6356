using System;

namespace Akka.Reactor.Transports;

/// <summary>
/// What a write costs while it waits: its bytes, and as much again as the objects around them take. Bounds are in this measure, so
/// that a peer which sends byte by byte and reads none of the answers costs no more than another.
/// </summary>
internal static class WriteCost
{
    /// <summary>What a write costs beside its bytes, about.</summary>
    internal const int Overhead = 128;

    // What a source costs while it waits: about as much memory as it may take when its turn comes.
    private const int SourceSize = 64 * 1024;

    /// <summary>The bytes of a write; of a source, whose bytes are fetched later, a fixed size.</summary>
    /// <param name="write">Of any kind.</param>
    /// <param name="limit">That of the queue. No source is larger.</param>
    internal static long SizeOf(IWriteCommand write, int limit) =>
        write is Write { Data.Length: var length } ? length : Math.Min(SourceSize, limit);

    /// <summary>All that a write costs in a queue of this limit.</summary>
    internal static long Of(IWriteCommand write, int limit) => SizeOf(write, limit) + Overhead;
}
