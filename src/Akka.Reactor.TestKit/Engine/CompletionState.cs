using System;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>What a completion engine has of one socket beyond its interest. Outlives the engine, see <see cref="IEngine.Register"/>.</summary>
internal sealed class CompletionState
{
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _count;

    /// <summary>What the layers above want to hear of.</summary>
    internal Interest Wanted { get; set; }

    /// <summary>A send under way: the engine's copy of the bytes.</summary>
    internal byte[]? Sending { get; set; }

    /// <summary>What became of the last send, until somebody asks.</summary>
    internal IoResult? Sent { get; set; }

    /// <summary>The end that was received after the bytes, until somebody asks.</summary>
    internal IoResult? Ended { get; set; }

    internal bool HasBytes => _count > 0;

    /// <summary>Something was received that nobody has taken.</summary>
    internal bool Holds => HasBytes || Ended is not null;

    /// <summary>What the next wait must report.</summary>
    internal Readiness Due =>
        (Holds && (Wanted & Interest.Read) != 0 ? Readiness.Readable : Readiness.None)
        | (Sent is null ? Readiness.None : Readiness.Writable);

    /// <summary>Room for a receive of the engine's own.</summary>
    internal Span<byte> Room => _buffer;

    internal void Received(int count)
    {
        _start = 0;
        _count = count;
    }

    internal int Take(Span<byte> room)
    {
        int count = Math.Min(room.Length, _count);
        _buffer.AsSpan(_start, count).CopyTo(room);
        _start += count;
        _count -= count;
        return count;
    }
}
