using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// The floor: one thread that waits in epoll, receives and sends back, and does nothing else. No bounds, no timeouts, and
/// a blocking send where the peer does not read; what remains is the price of the system calls.
/// </summary>
internal sealed unsafe class EpollEchoServer : IEchoServer
{
    private const int BufferSize = 64 * 1024;

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);

    public Task<int> Start(int port)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(1024);
        new Thread(Run) { IsBackground = true, Name = "epoll" }.Start();
        return Task.FromResult(((IPEndPoint)_listener.LocalEndPoint!).Port);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Run()
    {
        Dictionary<int, Socket> connections = [];
        byte[] buffer = GC.AllocateArray<byte>(BufferSize, pinned: true);
        int listener = (int)_listener.Handle;
        using Epoll epoll = new();
        epoll.Add(listener, Libc.EPOLLIN, listener);
        while (true)
        {
            int count = epoll.Wait(-1);
            for (int index = 0; index < count; index++)
            {
                int descriptor = epoll.At(index).Tag;
                if (descriptor == listener)
                {
                    Socket accepted = _listener.Accept();
                    accepted.NoDelay = true;
                    int added = (int)accepted.Handle;
                    connections[added] = accepted;
                    epoll.Add(added, Libc.EPOLLIN, added);
                }
                else if (!Echo(descriptor, buffer) && connections.Remove(descriptor, out Socket? ended))
                {
                    ended.Dispose();
                }
            }
        }
    }

    /// <summary>False at the end of the connection.</summary>
    private static bool Echo(int descriptor, byte[] buffer)
    {
        fixed (byte* start = buffer)
        {
            nint received = Libc.Recv(descriptor, start, BufferSize, 0);
            if (received < 0 && Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR)
            {
                return true;
            }

            nint sent = 0;
            while (received > 0 && sent < received)
            {
                nint count = Libc.Send(descriptor, start + sent, (nuint)(received - sent), Libc.MSG_NOSIGNAL);
                if (count < 0)
                {
                    return false;
                }

                sent += count;
            }

            return received > 0;
        }
    }
}
