using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Posix;

/// <summary>Receives, sends and accepts with the C library's calls. An interrupted call is made again.</summary>
internal sealed unsafe class PosixIo : ISocketIo
{
    /// <summary>The instance for Linux.</summary>
    internal static readonly PosixIo Instance = new(PosixAbi.Linux);

    private const int MaxAcceptAttempts = 8;

    private readonly PosixAbi _abi;
    private readonly int _sendFlags;

    internal PosixIo(PosixAbi abi)
    {
        _abi = abi;
        _sendFlags = abi.SendFlags;
    }

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

                int errno = Libc.Errno;
                if (errno != Libc.EINTR)
                {
                    return IoResult.Failed(_abi.ToFault(errno), errno);
                }
            }
        }
    }

    public IoResult Send(nint descriptor, ReadOnlySpan<byte> buffer)
    {
        // The buffer is fixed for the call only; the kernel copies the bytes that it takes.
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Send((int)descriptor, start, (nuint)buffer.Length, _sendFlags);
                if (count >= 0)
                {
                    return IoResult.Done((int)count);
                }

                int errno = Libc.Errno;
                if (errno != Libc.EINTR)
                {
                    return IoResult.Failed(_abi.ToFault(errno), errno);
                }
            }
        }
    }

    public IoResult SendFile(nint descriptor, in FileRange file)
    {
        if (!_abi.IsLinux)
        {
            throw new NotSupportedException("SendFile is not supported here; files are read and sent in pieces.");
        }

        while (true)
        {
            // The file's handle belongs to its source, which keeps it open until the caller has reported that it is done
            // with this range. sendfile has no flag against SIGPIPE, but the runtime ignores SIGPIPE for the whole
            // process.
            long offset = file.Offset;
            nint count = Libc.SendFile(
                (int)descriptor,
                (int)file.Handle!.DangerousGetHandle(),
                &offset,
                (nuint)file.Count
            );
            if (count >= 0)
            {
                return IoResult.Done((int)count);
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Libc.EINTR)
            {
                return IoResult.Failed(_abi.ToFault(errno), errno);
            }
        }
    }

    public AcceptResult Accept(nint listener)
    {
        // The kernel writes the address to this stack frame.
        Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        fixed (byte* start = address)
        {
            for (int attempts = 1; ; attempts++)
            {
                uint length = SockAddr.MaxSize;
                int descriptor = Take((int)listener, start, &length);
                if (descriptor >= 0)
                {
                    return Accepted(descriptor, address[..(int)length]);
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.EINTR)
                {
                    return new AcceptResult(-1, null, _abi.ToFault(errno), errno);
                }

                if (attempts == MaxAcceptAttempts)
                {
                    // A call that does not wait is not interrupted so often by chance. Whatever interrupts it must not
                    // keep the loop busy.
                    return new AcceptResult(-1, null, SocketFault.ConnectionAborted, errno);
                }
            }
        }
    }

    private int Take(int listener, byte* address, uint* length) =>
        _abi.SocketFlags != 0
            ? Libc.Accept4(listener, address, length, _abi.SocketFlags)
            : Libc.Accept(listener, address, length);

    private AcceptResult Accepted(int descriptor, ReadOnlySpan<byte> address)
    {
        // Some systems return no address for a connection that its peer has already reset.
        if (address.Length < SockAddr.MinSize)
        {
            _ = Libc.Close(descriptor);
            return new AcceptResult(-1, null, SocketFault.ConnectionAborted, _abi.EConnAborted);
        }

        if (_abi.SocketFlags == 0 && !_abi.Prepare(descriptor))
        {
            int errno = Marshal.GetLastPInvokeError();
            _ = Libc.Close(descriptor);
            return new AcceptResult(-1, null, _abi.ToFault(errno), errno);
        }

        PosixSockets.KeepSigPipeAway(_abi, descriptor);
        return new AcceptResult(descriptor, SockAddr.Read(address), SocketFault.None, 0);
    }
}
