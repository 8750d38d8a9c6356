using System;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>A segment that one end of a connection sends: bytes, and optionally a FIN after them.</summary>
internal readonly record struct Segment(byte[] Data, bool Fin);

/// <summary>
/// The state of one end of a TCP connection, as Linux sockets have it: a bounded buffer for each direction, the half-close
/// of each direction, and the reset. It is a pure state machine: the application's side calls <see cref="Send"/>,
/// <see cref="Receive"/> and so on; the network's side calls <see cref="TryTransmit"/> and the methods for arriving
/// segments.
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

    /// <summary>The number of bytes that the application has read and that are not announced to the peer as room yet.</summary>
    private int _freed;

    /// <summary>True once the connection is established. It stays true after the connection has ended.</summary>
    internal bool Connected => _connected;

    /// <summary>True after a reset, a refused connect or an abort: nothing is transferred any more.</summary>
    internal bool Dead => _dead;

    /// <summary>True after the application has closed this end.</summary>
    internal bool Closed { get; private set; }

    internal bool FinReceived => _finReceived;

    /// <summary>The number of received bytes that the application has not read yet.</summary>
    internal int Unread => _incoming.Count;

    /// <summary>The number of bytes that the network has not sent yet.</summary>
    internal int Unsent => _outgoing.Count;

    /// <summary>The number of bytes that have not arrived at the peer yet. The FIN counts as a byte, as on Linux.</summary>
    internal int Unacknowledged { get; private set; }

    /// <summary>True when this end has nothing left to do, in either direction.</summary>
    internal bool Finished => _dead || (Closed && _finSent && _finReceived);

    /// <summary>The readiness that a level-triggered poller sees.</summary>
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

            // Linux reports a socket as writable again only if a third of its send buffer is free.
            int free = sendBuffer - _outgoing.Count;
            if (_dead || _finQueued || (free > 0 && free * 3 >= sendBuffer))
            {
                level |= Readiness.Writable;
            }

            return _dead || _error != 0 || (_finReceived && _finQueued) ? level | Readiness.Fault : level;
        }
    }

    /// <summary>Marks the connection as established. The peer has room for <paramref name="window"/> bytes.</summary>
    internal void Connect(int window)
    {
        _connected = true;
        _window = window;
    }

    /// <summary>Ends a connect that has failed with the given error.</summary>
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

    /// <summary>Returns the pending error and clears it.</summary>
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

    /// <summary>Records that a segment has arrived at the peer.</summary>
    internal void Acknowledge(in Segment segment) => Unacknowledged -= segment.Data.Length + (segment.Fin ? 1 : 0);

    /// <summary>
    /// Closes this end for the application. Returns true if a reset must be sent, because the application has not read all
    /// received bytes.
    /// </summary>
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

    /// <summary>Aborts the connection immediately. Returns true if a reset must be sent to the peer.</summary>
    internal bool Abort()
    {
        bool tell = _connected && !_dead;
        Closed = true;
        Die();
        return tell;
    }

    /// <summary>
    /// Takes the next segment that can be sent now, with at most <paramref name="most"/> bytes. Returns false if there is
    /// none.
    /// </summary>
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

    /// <summary>
    /// Handles an arriving segment. Returns true if it must be answered with a reset, because this end can no longer take
    /// it.
    /// </summary>
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

    /// <summary>
    /// Handles an arriving reset. As on Linux, the bytes received before it can still be read. The bytes that are not sent
    /// yet are lost.
    /// </summary>
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

    /// <summary>Records that the peer has room for the given number of further bytes.</summary>
    internal void OpenWindow(int bytes) => _window += bytes;

    /// <summary>
    /// Returns the number of bytes to announce to the peer as room now. Returns 0 as long as it is less than a quarter of
    /// the receive buffer.
    /// </summary>
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
