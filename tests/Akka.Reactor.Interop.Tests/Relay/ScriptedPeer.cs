using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>One of a relay's two peers, in TLS or not: sends and ends, or reads and says what came.</summary>
internal sealed partial class ScriptedPeer : IDisposable
{
    private const nuint OutgoingQueue = 0x5411;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly RecordWatch? _records;

    private ScriptedPeer(Socket socket, bool tls)
    {
        _socket = socket;
        Stream plain = new NetworkStream(socket, ownsSocket: false);
        _records = tls ? new RecordWatch(plain) : null;
        _stream = tls ? new SslStream(_records!, leaveInnerStreamOpen: true, (_, _, _, _) => true) : plain;
    }

    internal static async Task<ScriptedPeer> Client(int port, bool tls, bool slow)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        MakeSlow(socket, slow);
        await socket.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Deadline);
        ScriptedPeer peer = new(socket, tls);
        if (peer._stream is SslStream stream)
        {
            await stream.AuthenticateAsClientAsync("localhost").WaitAsync(Deadline);
        }

        return peer;
    }

    internal static async Task<ScriptedPeer> Server(Socket listener, X509Certificate2? certificate)
    {
        ScriptedPeer peer = new(await listener.AcceptAsync().WaitAsync(Deadline), certificate is not null);
        if (peer._stream is SslStream stream)
        {
            await stream.AuthenticateAsServerAsync(certificate!).WaitAsync(Deadline);
        }

        return peer;
    }

    /// <summary>What it keeps unread is little, so that most waits at the relay.</summary>
    internal static void MakeSlow(Socket socket, bool slow)
    {
        if (slow)
        {
            socket.ReceiveBufferSize = 16 * 1024;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    /// <summary>Something for the other peer not to read.</summary>
    internal Task Greet() => _stream.WriteAsync(new byte[10]).AsTask().WaitAsync(Deadline);

    internal async Task Send(byte[] data, PeerEnd end)
    {
        await _stream.WriteAsync(data).AsTask().WaitAsync(Deadline);
        await End(end);
    }

    internal async Task End(PeerEnd end)
    {
        switch (end)
        {
            case PeerEnd.InOrder when _stream is SslStream tls:
                await tls.ShutdownAsync().WaitAsync(Deadline);
                _socket.Shutdown(SocketShutdown.Send);
                break;
            case PeerEnd.InOrder or PeerEnd.Fin:
                _socket.Shutdown(SocketShutdown.Send);
                break;
            case PeerEnd.Reset:
                await UntilAcknowledged();
                _socket.LingerState = new LingerOption(enable: true, 0);
                _socket.Close();
                break;
            case PeerEnd.Crash:
                await UntilThereIsSomethingUnread();
                await UntilAcknowledged();
                _socket.Close();
                break;
        }
    }

    internal async Task<Delivery> Read(byte[] expected, bool slow)
    {
        byte[] into = new byte[expected.Length + 1];
        int filled = 0;
        SeenEnd end = SeenEnd.None;
        try
        {
            if (slow)
            {
                await Pause.For(TimeSpan.FromMilliseconds(300), "the peer does not read yet");
            }

            while (true)
            {
                int most = Math.Min(slow ? 16 * 1024 : 256 * 1024, into.Length - filled);
                int count = await _stream.ReadAsync(into.AsMemory(filled, most)).AsTask().WaitAsync(Deadline);
                filled += count;
                if (count == 0)
                {
                    end = _records is { EndsWithAlert: false } ? SeenEnd.Truncated : SeenEnd.Clean;
                    break;
                }

                if (slow)
                {
                    await Pause.For(TimeSpan.FromMilliseconds(20), "the peer reads slowly");
                }
            }
        }
        catch (Exception reset)
            when ((reset as SocketException ?? reset.InnerException as SocketException)?.SocketErrorCode
                is SocketError.ConnectionReset
            )
        {
            end = SeenEnd.Reset;
        }
        catch (IOException)
        {
            // In the middle of a record.
            end = SeenEnd.Truncated;
        }
        catch (TimeoutException)
        {
            // It never ended.
        }

        bool intact = filled <= expected.Length && into.AsSpan(0, filled).SequenceEqual(expected.AsSpan(0, filled));
        return new Delivery(filled, intact, end);
    }

    private async Task UntilThereIsSomethingUnread()
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (_socket.Available == 0)
        {
            await Pause.BetweenLooks(deadline.Token);
        }
    }

    private async Task UntilAcknowledged()
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (IoControl((int)_socket.Handle, OutgoingQueue, out int unacknowledged) == 0 && unacknowledged > 0)
        {
            await Pause.BetweenLooks(deadline.Token);
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int IoControl(int descriptor, nuint request, out int value);
}
