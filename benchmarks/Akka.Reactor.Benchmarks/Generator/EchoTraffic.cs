using System;
using System.Linq;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// A load that keeps a fixed number of messages under way on every connection. It counts the messages that come back and
/// compares every byte. Idle connections, if requested, are opened first and stay idle.
/// </summary>
internal sealed class EchoTraffic : Traffic
{
    private readonly EchoConnection[] _connections;
    private readonly Wire[] _idle;
    private readonly int _pipeline;
    private readonly int _size;

    // The message, repeated so often that every range to send or to compare is contiguous in the array.
    private readonly byte[] _pattern;
    private long _underWay;

    internal EchoTraffic(Func<int, Wire> connect, int connections, int idle, int size, int pipeline)
    {
        _size = size;
        _pipeline = pipeline;
        _pattern = GC.AllocateArray<byte>(size + Math.Max(BufferSize, size * pipeline), pinned: true);
        for (int index = 0; index < _pattern.Length; index++)
        {
            _pattern[index] = (byte)((index % size) * 31);
        }

        _idle = [.. Enumerable.Range(0, idle).Select(connect)];
        _connections =
        [
            .. Enumerable.Range(idle, connections).Select(number => new EchoConnection(connect(number), pipeline)),
        ];
        for (int index = 0; index < connections; index++)
        {
            Poller.Add(_connections[index].Wire.Descriptor, Libc.EPOLLIN, index);
        }
    }

    protected override void Begin(long now)
    {
        for (int index = 0; index < _connections.Length; index++)
        {
            Begin(index, _pipeline, now);
        }
    }

    protected override bool IsOver(long now) => _underWay == 0;

    protected override void Handle(int tag, uint events, long now)
    {
        EchoConnection connection = _connections[tag];
        if (connection.Blocked)
        {
            Send(tag);
        }

        if ((events & ~Libc.EPOLLOUT) == 0 || connection.Wire.Receive(Buffer) is not (> 0 and int received))
        {
            return;
        }

        if (!Buffer.AsSpan(0, received).SequenceEqual(_pattern.AsSpan(connection.ReceiveAt, received)))
        {
            throw new InvalidOperationException("The server sent something else than it received.");
        }

        int position = connection.ReceiveAt + received;
        int messages = position / _size;
        connection.ReceiveAt = position % _size;
        for (int message = 0; message < messages; message++)
        {
            Complete(now - connection.Complete());
        }

        _underWay -= messages;
        if (messages > 0 && now < Deadline)
        {
            Begin(tag, messages, now);
        }
    }

    protected override void Dispose(bool disposing)
    {
        Array.ForEach(_connections, connection => connection.Dispose());
        Array.ForEach(_idle, wire => wire.Dispose());
        base.Dispose(disposing);
    }

    private void Begin(int index, int messages, long now)
    {
        EchoConnection connection = _connections[index];
        for (int message = 0; message < messages; message++)
        {
            connection.Begin(now);
        }

        _underWay += messages;
        connection.ToSend += messages * _size;
        if (!connection.Blocked)
        {
            Send(index);
        }
    }

    private void Send(int index)
    {
        EchoConnection connection = _connections[index];
        int sent = connection.Wire.Send(_pattern.AsSpan(connection.SendAt, connection.ToSend));
        connection.ToSend -= sent;
        connection.SendAt = (connection.SendAt + sent) % _size;
        bool blocked = connection.ToSend > 0;
        if (blocked != connection.Blocked)
        {
            connection.Blocked = blocked;
            uint events = blocked ? Libc.EPOLLIN | Libc.EPOLLOUT : Libc.EPOLLIN;
            Poller.Modify(connection.Wire.Descriptor, events, index);
        }
    }
}
