using System;
using System.Net;
using System.Net.Sockets;

namespace Akka.Reactor.Benchmarks.Load;

/// <summary>One connection of the load: how far it has sent and received, and when the messages under way left.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly long[] _sentAt;
    private int _oldest;
    private int _underWay;

    internal LoadConnection(IPEndPoint server, int pipeline)
    {
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(server);
        _socket.Blocking = false;
        Descriptor = (int)_socket.Handle;
        _sentAt = new long[pipeline];
    }

    internal int Descriptor { get; }

    /// <summary>Bytes still to be sent of the messages begun.</summary>
    internal int ToSend { get; set; }

    /// <summary>Where in a message the next byte sent is.</summary>
    internal int SendAt { get; set; }

    /// <summary>Where in a message the next byte received is.</summary>
    internal int ReceiveAt { get; set; }

    /// <summary>Waits for room in the socket.</summary>
    internal bool Blocked { get; set; }

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

    public void Dispose() => _socket.Dispose();
}
