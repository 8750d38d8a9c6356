using System;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>One connection of <see cref="EchoTraffic"/>: how far it has sent and received, and when the messages under way left.</summary>
internal sealed class EchoConnection(Wire wire, int pipeline) : IDisposable
{
    private readonly long[] _sentAt = new long[pipeline];
    private int _oldest;
    private int _underWay;

    internal Wire Wire { get; } = wire;

    /// <summary>Bytes still to be sent of the messages begun.</summary>
    internal int ToSend { get; set; }

    /// <summary>Where in a message the next byte sent is.</summary>
    internal int SendAt { get; set; }

    /// <summary>Where in a message the next byte received is.</summary>
    internal int ReceiveAt { get; set; }

    /// <summary>Waits for room in the socket.</summary>
    internal bool Blocked { get; set; }

    public void Dispose() => Wire.Dispose();

    internal void Begin(long now)
    {
        _sentAt[(_oldest + _underWay) % _sentAt.Length] = now;
        _underWay++;
    }

    /// <summary>The oldest message is back: when it began.</summary>
    internal long Complete()
    {
        long began = _sentAt[_oldest];
        _oldest = (_oldest + 1) % _sentAt.Length;
        _underWay--;
        return began;
    }
}
