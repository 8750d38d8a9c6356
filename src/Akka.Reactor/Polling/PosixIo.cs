using System;
using System.Net;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling;

/// <summary>Receive, send and accept by the C library's calls. An interrupted call is made again.</summary>
internal sealed unsafe class PosixIo : ISocketIo
{
    internal static readonly PosixIo Instance = new();

    private PosixIo() { }

    public IoResult Receive(nint descriptor, Span<byte> buffer)
    {
        // The buffer is fixed for the call only; the kernel keeps no pointer.
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Recv((int)descriptor, start, (nuint)buffer.Length, 0);
                if (count >= 0)
                {
                    return IoResult.Done((int)count);
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.EINTR)
                {
                    return IoResult.Failed(Libc.ToFault(errno), errno);
                }
            }
        }
    }

    public IoResult Send(nint descriptor, ReadOnlySpan<byte> buffer)
    {
        // The buffer is fixed for the call only; the kernel copies what it takes.
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Send((int)descriptor, start, (nuint)buffer.Length, Libc.MSG_NOSIGNAL);
                if (count >= 0)
                {
                    return IoResult.Done((int)count);
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.EINTR)
                {
                    return IoResult.Failed(Libc.ToFault(errno), errno);
                }
            }
        }
    }

    public AcceptResult Accept(nint listener)
    {
        // The address is written to this stack frame.
        Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        fixed (byte* start = address)
        {
            while (true)
            {
                uint length = SockAddr.MaxSize;
                int descriptor = Libc.Accept4((int)listener, start, &length, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
                if (descriptor >= 0)
                {
                    EndPoint remote = SockAddr.Read(address[..(int)length]);
                    return new AcceptResult(descriptor, remote, SocketFault.None, 0);
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.EINTR)
                {
                    return new AcceptResult(-1, null, Libc.ToFault(errno), errno);
                }
            }
        }
    }
}
