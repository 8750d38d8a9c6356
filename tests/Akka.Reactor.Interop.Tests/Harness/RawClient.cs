using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A peer that sends exactly the segments it is told to. Every wait has a deadline.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];

    private RawClient(Socket socket)
    {
        _socket = socket;
        Name = socket.LocalEndPoint!.ToString()!;
    }

    /// <param name="endPoint">Where to.</param>
    /// <param name="receiveBuffer">Bytes the kernel keeps for us unread; 0 leaves it to the kernel.</param>
    internal static async Task<RawClient> Connect(IPEndPoint endPoint, int receiveBuffer = 0)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        using CancellationTokenSource deadline = new(Deadline);
        await socket.ConnectAsync(endPoint, deadline.Token);
        return new RawClient(socket);
    }

    /// <summary>Our address, as the host's log names this connection.</summary>
    internal string Name { get; }

    internal NetworkStream Stream() => new(_socket, ownsSocket: false);

    internal Task Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    internal async Task Send(ReadOnlyMemory<byte> bytes)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, deadline.Token)..];
        }
    }

    /// <summary>Sends until the other side has closed; to a peer that hangs up this is no failure.</summary>
    internal async Task SendToDeaf(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await Send(bytes);
        }
        catch (SocketException failure)
            when (failure.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // It has hung up on us.
        }
    }

    /// <summary>Reads until what came ends with this.</summary>
    internal async Task<string> ReadUntil(string end)
    {
        StringBuilder text = new();
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int count = await Read();
            if (count == 0)
            {
                throw new EndOfStreamException($"The connection ended after: {text}");
            }

            text.Append(Encoding.Latin1.GetString(_buffer, 0, count));
        }

        return text.ToString();
    }

    /// <summary>Reads one reply of SMTP, of one line or several.</summary>
    internal async Task<string> ReadReply()
    {
        StringBuilder text = new();
        while (true)
        {
            string line = await ReadLine();
            text.Append(line);
            if (line.Length < 4 || line[3] != '-')
            {
                return text.ToString();
            }
        }
    }

    internal async Task ReadExactly(long count)
    {
        while (count > 0)
        {
            using CancellationTokenSource deadline = new(Deadline);
            int read = await _socket.ReceiveAsync(
                _buffer.AsMemory(0, (int)Math.Min(count, _buffer.Length)),
                deadline.Token
            );
            count -= read > 0 ? read : throw new EndOfStreamException($"The connection ended {count} bytes early.");
        }
    }

    /// <summary>Reads until the other side resets the connection; one that ends it in order fails.</summary>
    internal async Task<string> ReadToReset()
    {
        (string text, bool reset) = await ReadAll();
        return reset ? text : throw new EndOfStreamException($"The connection ended in order after: {text}");
    }

    /// <summary>Reads until the other side ends the connection, in order or by a reset.</summary>
    internal async Task<string> ReadToEnd() => (await ReadAll()).Text;

    private async Task<(string Text, bool Reset)> ReadAll()
    {
        StringBuilder text = new();
        int count;
        try
        {
            while ((count = await Read()) > 0)
            {
                text.Append(Encoding.Latin1.GetString(_buffer, 0, count));
            }
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            return (text.ToString(), true);
        }

        return (text.ToString(), false);
    }

    /// <summary>Our end of the connection is over; what the other sends can still be read.</summary>
    internal void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    internal void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>A certificate policy for <see cref="System.Net.Security.SslStream"/>: only this one.</summary>
    internal static bool Trusts(string certificatePath, X509Certificate? presented)
    {
        using var expected = X509CertificateLoader.LoadCertificateFromFile(certificatePath);
        return presented is not null && presented.GetRawCertData().AsSpan().SequenceEqual(expected.RawData);
    }

    private async Task<string> ReadLine()
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        using CancellationTokenSource deadline = new(Deadline);
        while (line.Length < 2 || line[^1] != '\n')
        {
            if (await _socket.ReceiveAsync(one.AsMemory(), deadline.Token) == 0)
            {
                throw new EndOfStreamException($"The connection ended after: {line}");
            }

            line.Append((char)one[0]);
        }

        return line.ToString();
    }

    private async Task<int> Read()
    {
        using CancellationTokenSource deadline = new(Deadline);
        return await _socket.ReceiveAsync(_buffer.AsMemory(), deadline.Token);
    }
}
