using System;
using System.Net.Sockets;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// A server on <see cref="SocketAsyncEventArgs"/>, with callbacks in place of await. With
/// DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1 the callbacks run on the thread that polls, which is the fastest mode of
/// .NET's sockets.
/// </summary>
internal sealed class SocketEventArgsServer : SocketServer
{
    protected override void Serve(Socket socket) => new Connection(socket).Start();

    private sealed class Connection
    {
        private readonly Socket _socket;
        private readonly SocketAsyncEventArgs _receive = new();
        private readonly SocketAsyncEventArgs _send = new();
        private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(IPeerServer.BufferSize);

        internal Connection(Socket socket)
        {
            _socket = socket;
            _receive.SetBuffer(_buffer, 0, _buffer.Length);
            _send.SetBuffer(_buffer, 0, 0);
            _receive.Completed += (_, _) => Guarded(received: true);
            _send.Completed += (_, _) => Guarded(received: false);
        }

        internal void Start() => Guarded(received: null);

        /// <param name="received">
        /// True if a receive has completed, false if a send has completed, or null if no operation has completed yet.
        /// </param>
        private void Guarded(bool? received)
        {
            try
            {
                bool alive = received switch
                {
                    true => OnReceived(),
                    false => OnSent(),
                    null => true,
                };
                while (alive && !_socket.ReceiveAsync(_receive))
                {
                    alive = OnReceived();
                }
            }
            catch (ObjectDisposedException)
            {
                // The other operation has ended the connection.
            }
        }

        /// <summary>Returns true if everything is sent and the next receive may begin.</summary>
        private bool OnReceived()
        {
            if (_receive.SocketError != SocketError.Success || _receive.BytesTransferred == 0)
            {
                return End();
            }

            _send.SetBuffer(0, _receive.BytesTransferred);
            return !_socket.SendAsync(_send) && OnSent();
        }

        private bool OnSent()
        {
            while (_send.SocketError == SocketError.Success)
            {
                int rest = _send.Count - _send.BytesTransferred;
                if (rest == 0)
                {
                    return true;
                }

                _send.SetBuffer(_send.Offset + _send.BytesTransferred, rest);
                if (_socket.SendAsync(_send))
                {
                    return false;
                }
            }

            return End();
        }

        private bool End()
        {
            _socket.Dispose();
            _receive.Dispose();
            _send.Dispose();
            return false;
        }
    }
}
