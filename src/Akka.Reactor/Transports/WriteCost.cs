using System;

namespace Akka.Reactor.Transports;

/// <summary>
/// The cost of a write while it waits: its bytes, plus about the size of the objects around them. Bounds are in this measure, so
/// that a peer that sends byte by byte and reads none of the answers costs no more than another peer.
/// </summary>
internal static class WriteCost
{
    /// <summary>The approximate cost of a write in addition to its bytes.</summary>
    internal const int Overhead = 128;

    // The cost of a source while it waits: about the memory that it may take when its turn comes.
    private const int SourceSize = 64 * 1024;

    /// <summary>Returns the number of bytes of a write, or a fixed size for a source, whose bytes are fetched later.</summary>
    /// <param name="write">A write of any kind.</param>
    /// <param name="limit">The limit of the queue. No source counts as larger.</param>
    internal static long SizeOf(IWriteCommand write, int limit) =>
        write is Write { Data.Length: var length } ? length : Math.Min(SourceSize, limit);

    /// <summary>Returns the whole cost of a write in a queue with this limit.</summary>
    internal static long Of(IWriteCommand write, int limit) => SizeOf(write, limit) + Overhead;
}
