using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling;

/// <summary>Sockets by the C library's calls, on raw descriptors. Stateless: any thread.</summary>
internal sealed unsafe class PosixSockets : ISockets
{
    public nint Listen(IPEndPoint endPoint, int backlog)
    {
        int descriptor = Open(endPoint.AddressFamily);
        try
        {
            SetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // [::] takes IPv4 too, any other address only its own family.
                bool dual = endPoint.Address.Equals(IPAddress.IPv6Any);
                SetOption(descriptor, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, dual ? 0 : 1);
            }

            // The address lives on this stack frame; the kernel copies it.
            Span<byte> address = stackalloc byte[SockAddr.MaxSize];
            int length = SockAddr.Write(endPoint, address);
            fixed (byte* start = address)
            {
                if (Libc.Bind(descriptor, start, (uint)length) < 0)
                {
                    throw LastFault("bind");
                }
            }

            return Libc.Listen(descriptor, backlog) < 0 ? throw LastFault("listen") : descriptor;
        }
        catch
        {
            Close(descriptor);
            throw;
        }
    }

    public nint Connect(IPEndPoint endPoint)
    {
        int descriptor = Open(endPoint.AddressFamily);

        // The address lives on this stack frame; the kernel copies it.
        Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.Write(endPoint, address);
        fixed (byte* start = address)
        {
            if (Libc.Connect(descriptor, start, (uint)length) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();

                // An interrupted connect goes on by itself, as one in progress does.
                if (errno is not (Libc.EINPROGRESS or Libc.EINTR))
                {
                    Close(descriptor);
                    throw Fault("connect", errno);
                }
            }
        }

        return descriptor;
    }

    public (SocketFault Fault, int Errno) TakeError(nint descriptor)
    {
        int errno = 0;
        uint length = sizeof(int);
        if (Libc.GetSockOpt((int)descriptor, Libc.SOL_SOCKET, Libc.SO_ERROR, &errno, &length) < 0)
        {
            errno = Marshal.GetLastPInvokeError();
        }

        return (Libc.ToFault(errno), errno);
    }

    public EndPoint LocalEndPoint(nint descriptor)
    {
        // The kernel writes the address to this stack frame.
        Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        uint length = SockAddr.MaxSize;
        fixed (byte* start = address)
        {
            if (Libc.GetSockName((int)descriptor, start, &length) < 0)
            {
                throw LastFault("getsockname");
            }
        }

        return SockAddr.Read(address[..(int)length]);
    }

    public void SetNoDelay(nint descriptor, bool noDelay) =>
        SetOption((int)descriptor, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, noDelay ? 1 : 0);

    public void ShutdownWrite(nint descriptor) => _ = Libc.Shutdown((int)descriptor, Libc.SHUT_WR);

    public void Close(nint descriptor) => _ = Libc.Close((int)descriptor);

    public void Reset(nint descriptor)
    {
        Libc.Linger linger = new() { OnOff = 1, Seconds = 0 };
        _ = Libc.SetSockOpt((int)descriptor, Libc.SOL_SOCKET, Libc.SO_LINGER, &linger, (uint)sizeof(Libc.Linger));
        Close(descriptor);
    }

    public string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    private static int Open(AddressFamily family)
    {
        int domain = family == AddressFamily.InterNetworkV6 ? Libc.AF_INET6 : Libc.AF_INET;
        int descriptor = Libc.Socket(
            domain,
            Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC,
            Libc.IPPROTO_TCP
        );
        return descriptor < 0 ? throw LastFault("socket") : descriptor;
    }

    // A refused option never costs the connection: the peer may have reset it in the meantime, which the next
    // receive reports with the true reason.
    private static void SetOption(int descriptor, int level, int name, int value) =>
        _ = Libc.SetSockOpt(descriptor, level, name, &value, sizeof(int));

    private static SocketFaultException LastFault(string operation) => Fault(operation, Marshal.GetLastPInvokeError());

    private static SocketFaultException Fault(string operation, int errno) =>
        new(operation, Libc.ToFault(errno), errno, Marshal.GetPInvokeErrorMessage(errno));
}
