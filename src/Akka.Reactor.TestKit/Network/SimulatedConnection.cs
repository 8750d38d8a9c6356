using System;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>What one end of a connection sends: bytes, and after them perhaps its FIN.</summary>
internal readonly record struct Segment(byte[] Data, bool Fin);

/// <summary>
/// One end of a TCP connection as sockets show it, and as Linux has it: buffers of both directions with their bounds, the
/// two halves of the close, and the reset. A pure state machine: the side of the application calls <see cref="Send"/>,
/// <see cref="Receive"/> and so on, the side of the network <see cref="TryTransmit"/> and what arrives.
/// </summary>
internal sealed class SimulatedConnection(int sendBuffer, int receiveBuffer)
{
    private readonly ByteQueue _outgoing = new();
    private readonly ByteQueue _incoming = new();
    private int _window;
    private int _error;
    private bool _connected;
    private bool _finQueued;
    private bool _finSent;
    private bool _finReceived;
    private bool _dead;

    /// <summary>Bytes taken and not announced to the peer as room yet.</summary>
    private int _freed;

    /// <summary>Both ends know of each other.</summary>
    internal bool Connected => _connected;

    /// <summary>Reset, refused or aborted: nothing moves any more.</summary>
    internal bool Dead => _dead;

    /// <summary>The application has let go of it.</summary>
    internal bool Closed { get; private set; }

    internal bool FinReceived => _finReceived;

    /// <summary>Bytes that wait for the application.</summary>
    internal int Unread => _incoming.Count;

    /// <summary>Bytes that wait for the network.</summary>
    internal int Unsent => _outgoing.Count;

    /// <summary>What the peer does not have yet, the FIN counted as a byte, as Linux counts.</summary>
    internal int Unacknowledged { get; private set; }

    /// <summary>Nothing is left to be done for this end, in either direction.</summary>
    internal bool Finished => _dead || (Closed && _finSent && _finReceived);

    /// <summary>What a level-triggered poller sees.</summary>
    internal Readiness Level
    {
        get
        {
            if (!_connected && !_dead)
            {
                return Readiness.None;
            }

            Readiness level = Readiness.None;
            if (_incoming.Count > 0 || _finReceived || _dead)
            {
                level |= Readiness.Readable;
            }

            // A third of the buffer must be free before Linux calls it writable again.
            int free = sendBuffer - _outgoing.Count;
            if (_dead || _finQueued || (free > 0 && free * 3 >= sendBuffer))
            {
                level |= Readiness.Writable;
            }

            return _dead || _error != 0 || (_finReceived && _finQueued) ? level | Readiness.Fault : level;
        }
    }

    /// <summary>The connection stands; the peer has room for this many bytes.</summary>
    internal void Connect(int window)
    {
        _connected = true;
        _window = window;
    }

    /// <summary>It could not be made.</summary>
    internal void Refuse(int errno)
    {
        _dead = true;
        _error = errno;
    }

    internal IoResult Send(ReadOnlySpan<byte> data)
    {
        if (_error != 0)
        {
            return Errno.Failed(TakeError());
        }

        if (_dead || _finQueued)
        {
            return Errno.Failed(Errno.EPIPE);
        }

        int count = Math.Min(data.Length, sendBuffer - _outgoing.Count);
        if (!_connected || (count <= 0 && data.Length > 0))
        {
            return Errno.Failed(Errno.EAGAIN);
        }

        _outgoing.Add(data[..count]);
        Unacknowledged += count;
        return IoResult.Done(count);
    }

    internal IoResult Receive(Span<byte> room)
    {
        if (_incoming.Count > 0)
        {
            int count = _incoming.Take(room);
            _freed += count;
            return IoResult.Done(count);
        }

        if (_error != 0)
        {
            return Errno.Failed(TakeError());
        }

        return _finReceived || _dead ? IoResult.Done(0) : Errno.Failed(Errno.EAGAIN);
    }

    /// <summary>The pending error, which this clears.</summary>
    internal int TakeError()
    {
        int error = _error;
        _error = 0;
        return error;
    }

    internal void ShutdownWrite()
    {
        Unacknowledged += _finQueued ? 0 : 1;
        _finQueued = true;
    }

    /// <summary>The peer has a segment.</summary>
    internal void Acknowledge(in Segment segment) => Unacknowledged -= segment.Data.Length + (segment.Fin ? 1 : 0);

    /// <summary>The application lets go. True: with a reset, because it did not read what the peer had sent.</summary>
    internal bool Close()
    {
        Closed = true;
        ShutdownWrite();
        if (_incoming.Count > 0 || !_connected)
        {
            return Abort();
        }

        return false;
    }

    /// <summary>Ends at once. True when the peer has to be told.</summary>
    internal bool Abort()
    {
        bool tell = _connected && !_dead;
        Closed = true;
        Die();
        return tell;
    }

    /// <summary>Takes what may leave now, at most so many bytes.</summary>
    internal bool TryTransmit(int most, out Segment segment)
    {
        segment = default;
        if (_dead || !_connected || _finSent)
        {
            return false;
        }

        int count = Math.Min(Math.Min(most, _window), _outgoing.Count);
        bool fin = _finQueued && count == _outgoing.Count;
        if (count == 0 && !fin)
        {
            return false;
        }

        byte[] data = count == 0 ? [] : new byte[count];
        _outgoing.Take(data);
        _window -= count;
        _finSent = fin;
        segment = new Segment(data, fin);
        return true;
    }

    /// <summary>A segment arrived. True when it is answered with a reset, because nobody is here to take it.</summary>
    internal bool Arrive(in Segment segment)
    {
        if (_dead || (Closed && segment.Data.Length > 0))
        {
            Die();
            return true;
        }

        _incoming.Add(segment.Data);
        _finReceived |= segment.Fin;
        return false;
    }

    /// <summary>A reset arrived. What was received before it can still be read, on Linux; what waits to be sent is gone.</summary>
    internal void ArriveReset()
    {
        if (_dead)
        {
            return;
        }

        _error =
            Closed ? 0
            : _finReceived && !_finSent ? Errno.EPIPE
            : Errno.ECONNRESET;
        _dead = true;
        _outgoing.Clear();
    }

    /// <summary>The peer has made room for so many bytes more.</summary>
    internal void OpenWindow(int bytes) => _window += bytes;

    /// <summary>How much room to announce to the peer now; 0 while it is not worth a segment.</summary>
    internal int TakeFreed()
    {
        if (_freed * 4 < receiveBuffer)
        {
            return 0;
        }

        int freed = _freed;
        _freed = 0;
        return freed;
    }

    private void Die()
    {
        _dead = true;
        _outgoing.Clear();
        _incoming.Clear();
    }
}
