using System;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>
/// The state that a completion engine keeps for one socket in addition to its registration. It outlives the engine; see
/// <see cref="IEngine.Register"/>.
/// </summary>
internal sealed class CompletionState
{
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _count;

    /// <summary>The interest that the layers above have set.</summary>
    internal Interest Wanted { get; set; }

    /// <summary>The engine's copy of the bytes of a send that is under way.</summary>
    internal byte[]? Sending { get; set; }

    /// <summary>The result of the last send, until the caller takes it.</summary>
    internal IoResult? Sent { get; set; }

    /// <summary>The end of the stream or the error that was received after the bytes, until the caller takes it.</summary>
    internal IoResult? Ended { get; set; }

    internal bool HasBytes => _count > 0;

    /// <summary>True if the engine has received bytes, or the end, that the caller has not taken yet.</summary>
    internal bool Holds => HasBytes || Ended is not null;

    /// <summary>The readiness that the next wait must report.</summary>
    internal Readiness Due =>
        (Holds && (Wanted & Interest.Read) != 0 ? Readiness.Readable : Readiness.None)
        | (Sent is null ? Readiness.None : Readiness.Writable);

    /// <summary>The buffer for the engine's own receives.</summary>
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
