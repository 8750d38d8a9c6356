using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Tests;

/// <summary>The other end of a connection: a plain .NET socket, every wait of which has a deadline.</summary>
internal sealed class Peer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Stream _stream;

    private Peer(Socket socket)
    {
        Socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: false);
    }

    internal Socket Socket { get; }

    internal static async Task<Peer> ConnectTo(Bound bound) => await ConnectTo(bound.LocalEndPoint);

    internal static async Task<Peer> ConnectTo(EndPoint endPoint, IPAddress? from = null, int receiveBuffer = 0)
    {
        bool unix = endPoint.AddressFamily == AddressFamily.Unix;
        Socket socket = new(
            endPoint.AddressFamily,
            SocketType.Stream,
            unix ? ProtocolType.Unspecified : ProtocolType.Tcp
        );
        if (!unix)
        {
            socket.NoDelay = true;
        }

        if (receiveBuffer > 0)
        {
            // Before it is connected: the window offered at first is made of it.
            socket.ReceiveBufferSize = receiveBuffer;
        }

        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        using CancellationTokenSource deadline = new(Patience);
        await socket.ConnectAsync(endPoint, deadline.Token);
        return new Peer(socket);
    }

    /// <summary>The end of who connects next.</summary>
    internal static async Task<Peer> Accept(Socket listener)
    {
        using CancellationTokenSource deadline = new(Patience);
        Socket socket = await listener.AcceptAsync(deadline.Token);
        socket.NoDelay = true;
        return new Peer(socket);
    }

    internal Task Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    internal async Task Send(ReadOnlyMemory<byte> bytes)
    {
        using CancellationTokenSource deadline = new(Patience);
        await _stream.WriteAsync(bytes, deadline.Token);
    }

    /// <summary>Whatever comes next; empty at the end.</summary>
    internal async Task<byte[]> Receive(int atMost = 65536)
    {
        byte[] buffer = new byte[atMost];
        using CancellationTokenSource deadline = new(Patience);
        int count = await _stream.ReadAsync(buffer, deadline.Token);
        return buffer[..count];
    }

    /// <summary>As <see cref="Receive"/>, into the caller's buffer; 0 at the end.</summary>
    internal async Task<int> ReceiveInto(Memory<byte> buffer)
    {
        using CancellationTokenSource deadline = new(Patience);
        return await _stream.ReadAsync(buffer, deadline.Token);
    }

    internal async Task<byte[]> ReceiveExactly(int count)
    {
        byte[] buffer = new byte[count];
        using CancellationTokenSource deadline = new(Patience);
        await _stream.ReadExactlyAsync(buffer, deadline.Token);
        return buffer;
    }

    internal async Task<string> ReceiveLine()
    {
        StringBuilder line = new();
        while (true)
        {
            byte[] next = await Receive(1);
            if (next.Length == 0)
            {
                throw new EndOfStreamException($"The connection ended after '{line}'.");
            }

            line.Append((char)next[0]);
            if (next[0] == '\n')
            {
                return line.ToString().TrimEnd();
            }
        }
    }

    /// <summary>Everything up to the end, whether it is a FIN or a reset.</summary>
    internal async Task<string> ReceiveToEnd()
    {
        StringBuilder all = new();
        try
        {
            while (await Receive() is { Length: > 0 } part)
            {
                all.Append(Encoding.Latin1.GetString(part));
            }
        }
        catch (IOException e)
            when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // An end like any other.
        }

        return all.ToString();
    }

    internal async Task StartTls(bool trustAnything = true)
    {
        SslStream tls = new(_stream, leaveInnerStreamOpen: false);
        using CancellationTokenSource deadline = new(Patience);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = trustAnything ? (_, _, _, _) => true : null,
            },
            deadline.Token
        );
        _stream = tls;
    }

    /// <summary>As the server; over TLS that is on already, once more within it.</summary>
    internal async Task StartTlsAsServer(X509Certificate2 certificate)
    {
        SslStream tls = new(_stream, leaveInnerStreamOpen: false);
        using CancellationTokenSource deadline = new(Patience);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = certificate },
            deadline.Token
        );
        _stream = tls;
    }

    internal async Task ShutdownTls()
    {
        using CancellationTokenSource deadline = new(Patience);
        await ((SslStream)_stream).ShutdownAsync().WaitAsync(deadline.Token);
    }

    internal void Finish() => Socket.Shutdown(SocketShutdown.Send);

    internal void Reset()
    {
        Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        Socket.Dispose();
    }

    public void Dispose()
    {
        _stream.Dispose();
        Socket.Dispose();
    }
}
