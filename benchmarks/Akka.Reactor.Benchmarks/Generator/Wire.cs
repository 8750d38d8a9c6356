using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>A plain TCP connection of the generator, connected and non-blocking. It is used on one thread.</summary>
internal unsafe class Wire : IDisposable
{
    internal Wire(LoopbackAddress from, int port)
    {
        Descriptor = Sockets.Connect(from, port);
    }

    internal int Descriptor { get; }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Receives bytes and returns their number. Returns 0 if there are none now.</summary>
    /// <exception cref="InvalidOperationException">The server closed the connection.</exception>
    internal virtual int Receive(Span<byte> into)
    {
        fixed (byte* start = into)
        {
            nint received = Libc.Recv(Descriptor, start, (nuint)into.Length, 0);
            return received switch
            {
                > 0 => (int)received,
                0 => throw new InvalidOperationException("The server closed a connection."),
                _ => NothingNow("recv"),
            };
        }
    }

    /// <summary>Sends bytes and returns the number that the kernel has taken. Returns 0 if there is no room now.</summary>
    internal virtual int Send(ReadOnlySpan<byte> from)
    {
        fixed (byte* start = from)
        {
            nint sent = Libc.Send(Descriptor, start, (nuint)from.Length, Libc.MSG_NOSIGNAL);
            return sent >= 0 ? (int)sent : NothingNow("send");
        }
    }

    protected virtual void Dispose(bool disposing) => _ = Libc.Close(Descriptor);

    protected static int NothingNow(string call) =>
        Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR ? 0 : throw Libc.LastError(call);
}
