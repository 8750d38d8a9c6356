using System;
using System.Buffers;
using System.Threading;

namespace Akka.Reactor.Protocols;

/// <summary>
/// A piece of the relayed bytes on its way to the loggers. Each logger formats it on its own thread. The line counts as waiting
/// until all loggers have formatted it. A logger that drops an event unread never formats it: then the line counts as waiting
/// until it is garbage collected.
/// </summary>
internal sealed class TapLine
{
    private readonly Tap _tap;
    private readonly long _length;
    private readonly byte[] _first;
    private int _unread;

    internal TapLine(Tap tap, int loggers, in ReadOnlySequence<byte> data)
    {
        _tap = tap;
        _unread = loggers;
        _length = data.Length;

        // The bytes are copied, because a slice would keep the whole received memory alive.
        _first = data.Slice(0, Math.Min(data.Length, Readable.Most)).ToArray();
    }

#pragma warning disable MA0055 // Nobody else learns that a logger has dropped it unread.
    ~TapLine() => _tap.OnDropped();
#pragma warning restore MA0055

    /// <inheritdoc/>
    public override string ToString()
    {
        string text = Readable.Of(_first, _length);
        if (Interlocked.Decrement(ref _unread) == 0)
        {
            GC.SuppressFinalize(this);
            _tap.OnRead();
        }

        return text;
    }
}
