using System;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// A connection of <see cref="EchoTraffic"/>: its positions in sending and receiving, and the times at which the messages
/// under way began.
/// </summary>
internal sealed class EchoConnection(Wire wire, int pipeline) : IDisposable
{
    private readonly long[] _sentAt = new long[pipeline];
    private int _oldest;
    private int _underWay;

    internal Wire Wire { get; } = wire;

    /// <summary>The number of bytes still to send of the messages that have begun.</summary>
    internal int ToSend { get; set; }

    /// <summary>The position in a message of the next byte to send.</summary>
    internal int SendAt { get; set; }

    /// <summary>The position in a message of the next byte to receive.</summary>
    internal int ReceiveAt { get; set; }

    /// <summary>True while the connection waits for room in the socket.</summary>
    internal bool Blocked { get; set; }

    public void Dispose() => Wire.Dispose();

    internal void Begin(long now)
    {
        _sentAt[(_oldest + _underWay) % _sentAt.Length] = now;
        _underWay++;
    }

    /// <summary>Completes the oldest message, which has come back, and returns the time at which it began.</summary>
    internal long Complete()
    {
        long began = _sentAt[_oldest];
        _oldest = (_oldest + 1) % _sentAt.Length;
        _underWay--;
        return began;
    }
}
