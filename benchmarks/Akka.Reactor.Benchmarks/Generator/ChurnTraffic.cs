using System;
using System.Buffers.Binary;
using System.Linq;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// A load of connections that live for one message: connect, send a token, compare its echo, close. An operation is one
/// connection. A fixed number of connections is under way.
/// </summary>
internal sealed class ChurnTraffic : Traffic
{
    private readonly Func<int, nint, Wire> _connect;
    private readonly bool _resume;
    private readonly Slot[] _slots;
    private readonly byte[] _token;
    private int _number;
    private int _underWay;

    /// <param name="connect">Opens the connection with the given number and session.</param>
    /// <param name="slots">The number of connections under way.</param>
    /// <param name="size">The number of bytes of the token, at least 8.</param>
    /// <param name="resume">Whether each slot resumes the TLS session of its last connection.</param>
    internal ChurnTraffic(Func<int, nint, Wire> connect, int slots, int size, bool resume)
    {
        _connect = connect;
        _resume = resume;
        _slots = [.. Enumerable.Range(0, slots).Select(_ => new Slot())];
        _token = new byte[size];
    }

    protected override void Begin(long now)
    {
        for (int index = 0; index < _slots.Length; index++)
        {
            Open(index, now);
        }
    }

    protected override bool IsOver(long now) => _underWay == 0;

    protected override void Handle(int tag, uint events, long now)
    {
        Slot slot = _slots[tag];
        if (!slot.Sent)
        {
            Send(slot);
        }

        int received = slot.Wire!.Receive(Buffer);
        if (received == 0)
        {
            return;
        }

        slot.Received += received;
        if (slot.Received < _token.Length)
        {
            return;
        }

        if (BinaryPrimitives.ReadInt64LittleEndian(Buffer) != slot.Number)
        {
            throw new InvalidOperationException("The server sent something else than it received.");
        }

        Close(slot);
        Complete(now - slot.Began);
        if (now < Deadline)
        {
            Open(tag, now);
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (Slot slot in _slots)
        {
            slot.Wire?.Dispose();
            OpenSsl.FreeSession(slot.Session);
        }

        base.Dispose(disposing);
    }

    private void Open(int index, long now)
    {
        Slot slot = _slots[index];
        slot.Number = ++_number;
        slot.Began = now;
        slot.Received = 0;
        slot.Sent = false;
        slot.Wire = _connect(_number, slot.Session);
        _underWay++;
        Send(slot);
        Poller.Add(slot.Wire.Descriptor, Libc.EPOLLIN, index);
    }

    // Under TLS the first call only starts the handshake, which waits for the server as an echo does. Handle then calls
    // again.
    private void Send(Slot slot)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_token, slot.Number);
        slot.Sent = slot.Wire!.Send(_token) > 0;
    }

    private void Close(Slot slot)
    {
        if (_resume && slot.Wire is TlsWire tls)
        {
            if (slot.Session != 0 && !tls.IsResumed)
            {
                throw new InvalidOperationException("The server did not resume a session.");
            }

            OpenSsl.FreeSession(slot.Session);
            slot.Session = tls.TakeSession();
        }

        slot.Wire!.Dispose();
        slot.Wire = null;
        _underWay--;
    }

    private sealed class Slot
    {
        internal Wire? Wire { get; set; }

        /// <summary>The session of the last connection, which the next connection resumes. This class must free it.</summary>
        internal nint Session { get; set; }

        internal long Number { get; set; }

        internal long Began { get; set; }

        internal int Received { get; set; }

        internal bool Sent { get; set; }
    }
}
