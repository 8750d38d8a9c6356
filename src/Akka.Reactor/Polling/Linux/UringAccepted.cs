using System;
using System.Collections.Generic;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// Connections that the kernel accepted and nobody has taken yet; owns their descriptors. They may outlive their engine,
/// for the next one; should there never be one, the finalizer closes them.
/// </summary>
internal sealed unsafe class UringAccepted
{
    private const int SO_PEERNAME = 28;
    private const uint SizeV4 = 16;
    private const uint SizeV6 = 28;
    private const uint SizeOfFamily = 2;

    private readonly Queue<int> _descriptors = new();

#pragma warning disable MA0055 // It owns descriptors, and whom it was kept for may never come.
    ~UringAccepted() => Close();
#pragma warning restore MA0055

    internal int Count => _descriptors.Count;

    internal void Add(int descriptor) => _descriptors.Enqueue(descriptor);

    /// <summary>The descriptor is the caller's from now on.</summary>
    internal bool TryTake(out int descriptor) => _descriptors.TryDequeue(out descriptor);

    /// <summary>Closes what nobody took.</summary>
    internal void Close()
    {
        while (_descriptors.TryDequeue(out int descriptor))
        {
            _ = Libc.Close(descriptor);
        }
    }

    /// <summary>
    /// The answer to an accept. The peer's address is asked for as accept itself does it: getpeername knows none once the
    /// peer has reset the connection, while whoever accepts is still given it, and learns of the reset by reading.
    /// </summary>
    internal static AcceptResult WithPeer(int descriptor)
    {
        // The kernel writes the address to this stack frame; it takes no more room than the address needs.
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

                // Of a unix socket's address it has given no more than the beginning, perhaps; and there getpeername
                // always knows.
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
