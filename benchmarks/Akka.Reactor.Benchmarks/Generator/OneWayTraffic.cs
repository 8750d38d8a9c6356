using System;
using System.Linq;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>A stream of bytes in one direction on every connection, as fast as it goes. An operation is 64 KiB.</summary>
internal sealed class OneWayTraffic : Traffic
{
    private readonly Wire[] _wires;
    private readonly bool _sends;
    private long _bytes;

    /// <param name="connect">By number.</param>
    /// <param name="connections">How many streams.</param>
    /// <param name="sends">True: to the server; false: from it.</param>
    internal OneWayTraffic(Func<int, Wire> connect, int connections, bool sends)
    {
        _sends = sends;
        _wires = [.. Enumerable.Range(0, connections).Select(connect)];
        for (int index = 0; index < connections; index++)
        {
            Poller.Add(_wires[index].Descriptor, sends ? Libc.EPOLLOUT : Libc.EPOLLIN, index);
        }
    }

    protected override void Begin(long now) => _bytes = 0;

    protected override bool IsOver(long now) => now >= Deadline;

    protected override void Handle(int tag, uint events, long now)
    {
        long before = _bytes / BufferSize;
        _bytes += _sends ? _wires[tag].Send(Buffer) : _wires[tag].Receive(Buffer);
        Complete((int)((_bytes / BufferSize) - before));
    }

    protected override void Dispose(bool disposing)
    {
        Array.ForEach(_wires, wire => wire.Dispose());
        base.Dispose(disposing);
    }
}
