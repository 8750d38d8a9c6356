using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>The common part of the servers on .NET's sockets: the listening socket and its accept loop.</summary>
internal abstract class SocketServer : IPeerServer
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);

    public Task<int> Start(int port)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(1024);
        _ = AcceptAll();
        return Task.FromResult(((IPEndPoint)_listener.LocalEndPoint!).Port);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Serves the connection until it ends, and disposes the socket. Must not throw.</summary>
    protected abstract void Serve(Socket socket);

    /// <summary>Returns true for an exception that ends a connection and is not an error of this program.</summary>
    protected static bool IsEnd(Exception exception) =>
        exception is SocketException or System.IO.IOException or ObjectDisposedException;

    private async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                Serve(socket);
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // The listening socket was closed, so the server ends.
        }
    }
}
