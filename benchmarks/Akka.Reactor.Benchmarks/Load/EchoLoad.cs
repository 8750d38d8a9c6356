using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Runtime.InteropServices;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Load;

/// <summary>
/// Keeps a fixed number of messages under way on every connection and counts what comes back, comparing every byte. One
/// thread, which sleeps only when nothing has come for <see cref="SpinMicroseconds"/>: a server at work never pays for
/// waking it, and it leaves the processor to others while the server has none.
/// </summary>
internal sealed unsafe class EchoLoad : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private const int PatienceMilliseconds = 5000;
    private const int SpinMicroseconds = 50;

    private static readonly long s_spin = Stopwatch.Frequency * SpinMicroseconds / 1_000_000;

    private readonly Epoll _epoll = new();
    private readonly LatencyHistogram _latency = new();
    private readonly LoadConnection[] _connections;
    private readonly int _pipeline;
    private readonly int _size;

    // The message over and over, long enough that any stretch to be sent or compared lies in it without a break.
    private readonly byte[] _pattern;
    private readonly byte[] _buffer = GC.AllocateArray<byte>(BufferSize, pinned: true);
    private long _deadline;
    private long _completed;
    private long _underWay;

    internal EchoLoad(IPEndPoint server, int connections, int size, int pipeline)
    {
        _size = size;
        _pipeline = pipeline;
        _pattern = GC.AllocateArray<byte>(size + Math.Max(BufferSize, size * pipeline), pinned: true);
        for (int index = 0; index < _pattern.Length; index++)
        {
            _pattern[index] = (byte)((index % size) * 31);
        }

        _connections = [.. Enumerable.Range(0, connections).Select(_ => new LoadConnection(server, pipeline))];
        for (int index = 0; index < connections; index++)
        {
            _epoll.Add(_connections[index].Descriptor, Libc.EPOLLIN, index);
        }
    }

    public void Dispose()
    {
        Array.ForEach(_connections, connection => connection.Dispose());
        _epoll.Dispose();
    }

    /// <summary>Runs for so long, then begins nothing new and waits for what is under way.</summary>
    internal LoadResult Run(TimeSpan duration)
    {
        _latency.Clear();
        _completed = 0;
        long begin = Stopwatch.GetTimestamp();
        long last = begin;
        _deadline = begin + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        for (int index = 0; index < _connections.Length; index++)
        {
            Begin(index, _pipeline, begin);
        }

        while (_underWay > 0)
        {
            int count = NextEvents(last);
            for (int index = 0; index < count; index++)
            {
                (uint events, int tag) = _epoll.At(index);
                last = Stopwatch.GetTimestamp();
                Handle(tag, events, last);
            }
        }

        double seconds = (last - begin) / (double)Stopwatch.Frequency;
        return new LoadResult(_completed, seconds, _latency.Quantile(0.5), _latency.Quantile(0.99));
    }

    private int NextEvents(long last)
    {
        int count = _epoll.Wait(0);
        while (count == 0 && Stopwatch.GetTimestamp() - last < s_spin)
        {
            count = _epoll.Wait(0);
        }

        if (count == 0)
        {
            long slept = Stopwatch.GetTimestamp();
            count = _epoll.Wait(PatienceMilliseconds);
            if (count == 0 && Stopwatch.GetElapsedTime(slept).TotalMilliseconds >= PatienceMilliseconds)
            {
                throw new TimeoutException($"{_underWay} messages did not come back within 5 s.");
            }
        }

        return count;
    }

    private void Handle(int index, uint events, long now)
    {
        LoadConnection connection = _connections[index];
        if ((events & Libc.EPOLLOUT) != 0 && connection.Blocked)
        {
            Send(index);
        }

        if ((events & ~Libc.EPOLLOUT) == 0)
        {
            return;
        }

        nint received;
        fixed (byte* buffer = _buffer)
        {
            received = Libc.Recv(connection.Descriptor, buffer, BufferSize, 0);
        }

        if (received <= 0)
        {
            if (received < 0 && Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR)
            {
                return;
            }

            throw received == 0
                ? new InvalidOperationException("The server closed a connection.")
                : Libc.LastError("recv");
        }

        if (!_buffer.AsSpan(0, (int)received).SequenceEqual(_pattern.AsSpan(connection.ReceiveAt, (int)received)))
        {
            throw new InvalidOperationException("The server sent something else than it received.");
        }

        int position = connection.ReceiveAt + (int)received;
        int messages = position / _size;
        connection.ReceiveAt = position % _size;
        for (int message = 0; message < messages; message++)
        {
            _latency.Record(now - connection.Complete());
        }

        _completed += messages;
        _underWay -= messages;
        if (messages > 0 && now < _deadline)
        {
            Begin(index, messages, now);
        }
    }

    private void Begin(int index, int messages, long now)
    {
        LoadConnection connection = _connections[index];
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
        LoadConnection connection = _connections[index];
        nint sent;
        fixed (byte* pattern = _pattern)
        {
            byte* start = pattern + connection.SendAt;
            sent = Libc.Send(connection.Descriptor, start, (nuint)connection.ToSend, Libc.MSG_NOSIGNAL);
        }

        if (sent < 0)
        {
            sent = Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR ? 0 : throw Libc.LastError("send");
        }

        connection.ToSend -= (int)sent;
        connection.SendAt = (connection.SendAt + (int)sent) % _size;
        bool blocked = connection.ToSend > 0;
        if (blocked != connection.Blocked)
        {
            connection.Blocked = blocked;
            uint events = blocked ? Libc.EPOLLIN | Libc.EPOLLOUT : Libc.EPOLLIN;
            _epoll.Modify(connection.Descriptor, events, index);
        }
    }
}
