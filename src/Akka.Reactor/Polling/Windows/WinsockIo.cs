using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Windows;

/// <summary>Receives, sends and accepts with Winsock's calls.</summary>
internal sealed unsafe class WinsockIo : ISocketIo
{
    internal static readonly WinsockIo Instance = new();

    private WinsockIo() { }

    public IoResult Receive(nint descriptor, Span<byte> buffer)
    {
        // The buffer is fixed for the call only; the system keeps no pointer.
        fixed (byte* start = buffer)
        {
            int count = Winsock.Recv(descriptor, start, buffer.Length, 0);
            return count >= 0 ? IoResult.Done(count) : LastFailure();
        }
    }

    public IoResult Send(nint descriptor, ReadOnlySpan<byte> buffer)
    {
        // The buffer is fixed for the call only; the system copies the bytes that it takes.
        fixed (byte* start = buffer)
        {
            int count = Winsock.Send(descriptor, start, buffer.Length, 0);
            return count >= 0 ? IoResult.Done(count) : LastFailure();
        }
    }

    public IoResult SendFile(nint descriptor, in FileRange file) =>
        throw new NotSupportedException("SendFile is not supported here; files are read and sent in pieces.");

    public AcceptResult Accept(nint listener)
    {
        // The system writes the address to this stack frame.
        Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.MaxSize;
        nint descriptor;
        fixed (byte* start = address)
        {
            descriptor = Winsock.Accept(listener, start, &length);
        }

        if (descriptor == Winsock.INVALID_SOCKET)
        {
            int error = Marshal.GetLastPInvokeError();

            // The peer reset the connection before it was accepted: Windows reports WSAECONNRESET, Wine reports
            // WSAENOTCONN. This is a fault of the connection and not of the listener.
            SocketFault fault = error is WinsockErrors.WSAECONNRESET or WinsockErrors.WSAENOTCONN
                ? SocketFault.ConnectionAborted
                : WinsockErrors.ToFault(error);
            return new AcceptResult(-1, null, fault, error);
        }

        if (WinsockSockets.TryPrepare(descriptor, out int refused))
        {
            return new AcceptResult(descriptor, SockAddr.Read(address[..length]), SocketFault.None, 0);
        }

        _ = Winsock.CloseSocket(descriptor);
        return new AcceptResult(-1, null, SocketFault.ConnectionAborted, refused);
    }

    private static IoResult LastFailure()
    {
        int error = Marshal.GetLastPInvokeError();
        return IoResult.Failed(WinsockErrors.ToFault(error), error);
    }
}
