using System;
using System.Collections.Generic;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// Connections that the kernel has accepted and the acceptor has not taken yet; owns their descriptors. The connections
/// can outlive their engine and are then kept for the next engine. If there is no next engine, the finalizer closes them.
/// </summary>
internal sealed unsafe class UringAccepted
{
    private const int SO_PEERNAME = 28;
    private const uint SizeV4 = 16;
    private const uint SizeV6 = 28;
    private const uint SizeOfFamily = 2;

    private readonly Queue<int> _descriptors = new();

#pragma warning disable MA0055 // It owns descriptors, and the engine for which they are kept may never come.
    ~UringAccepted() => Close();
#pragma warning restore MA0055

    internal int Count => _descriptors.Count;

    internal void Add(int descriptor) => _descriptors.Enqueue(descriptor);

    /// <summary>Takes the oldest descriptor; false if there is none. The caller owns the descriptor from now on.</summary>
    internal bool TryTake(out int descriptor) => _descriptors.TryDequeue(out descriptor);

    /// <summary>Closes the descriptors that were not taken.</summary>
    internal void Close()
    {
        while (_descriptors.TryDequeue(out int descriptor))
        {
            _ = Libc.Close(descriptor);
        }
    }

    /// <summary>
    /// Returns the result of an accept. Gets the peer's address from SO_PEERNAME, as accept does internally: getpeername
    /// fails once the peer has reset the connection, but accept still returns the address, and its caller notices the
    /// reset when it reads.
    /// </summary>
    internal static AcceptResult WithPeer(int descriptor)
    {
        // The kernel writes the address to this stack frame. It refuses a length that is larger than the address.
        Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        fixed (byte* start = address)
        {
            foreach (uint size in (ReadOnlySpan<uint>)[SizeV6, SizeV4, SizeOfFamily])
            {
                uint length = size;
                if (Libc.GetSockOpt(descriptor, Libc.SOL_SOCKET, SO_PEERNAME, start, &length) != 0)
                {
                    continue;
                }

                // SO_PEERNAME may have returned only the beginning of a unix socket's address. For a unix socket
                // getpeername always knows the address.
                if (*(ushort*)start == Libc.AF_UNIX)
                {
                    length = SockAddr.MaxSize;
                    if (Libc.GetPeerName(descriptor, start, &length) != 0)
                    {
                        length = SizeOfFamily;
                    }
                }

                return new AcceptResult(descriptor, SockAddr.Read(address[..(int)length]), SocketFault.None, 0);
            }
        }

        _ = Libc.Close(descriptor);
        return new AcceptResult(-1, null, SocketFault.ConnectionAborted, Libc.ECONNABORTED);
    }
}
