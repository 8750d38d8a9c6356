using System;
using System.Linq;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// A load of one stream of bytes per connection, in one direction and as fast as possible. An operation is 64 KiB.
/// </summary>
internal sealed class OneWayTraffic : Traffic
{
    private readonly Wire[] _wires;
    private readonly bool _sends;
    private long _bytes;

    /// <param name="connect">Opens the connection with the given number.</param>
    /// <param name="connections">The number of streams.</param>
    /// <param name="sends">True sends to the server. False receives from the server.</param>
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
