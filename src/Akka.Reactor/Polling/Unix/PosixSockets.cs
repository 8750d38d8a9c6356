using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling;

/// <summary>Sockets by the C library's calls, on raw descriptors. Stateless: any thread.</summary>
internal sealed unsafe class PosixSockets(PosixAbi abi) : ISockets
{
    /// <summary>Linux's.</summary>
    internal PosixSockets()
        : this(PosixAbi.Linux) { }

    public nint Listen(IPEndPoint endPoint, int backlog)
    {
        int descriptor = Open(endPoint.AddressFamily);
        try
        {
            SetOption(descriptor, abi.SolSocket, abi.SoReuseAddr, 1);
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // [::] takes IPv4 too, any other address only its own family.
                bool dual = endPoint.Address.Equals(IPAddress.IPv6Any);
                SetOption(descriptor, Libc.IPPROTO_IPV6, abi.Ipv6V6Only, dual ? 0 : 1);
            }

            // The address lives on this stack frame; the kernel copies it.
            Span<byte> address = stackalloc byte[SockAddr.MaxSize];
            int length = SockAddr.Write(endPoint, address);
            fixed (byte* start = address)
            {
                if (Libc.Bind(descriptor, start, (uint)length) < 0)
                {
                    throw abi.LastFailure("bind");
                }
            }

            return Libc.Listen(descriptor, backlog) < 0 ? throw abi.LastFailure("listen") : descriptor;
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
                if (errno != abi.EInProgress && errno != Libc.EINTR)
                {
                    Close(descriptor);
                    throw abi.Failure("connect", errno);
                }
            }
        }

        return descriptor;
    }

    public (SocketFault Fault, int Errno) TakeError(nint descriptor)
    {
        int errno = 0;
        uint length = sizeof(int);
        if (Libc.GetSockOpt((int)descriptor, abi.SolSocket, abi.SoError, &errno, &length) < 0)
        {
            errno = Marshal.GetLastPInvokeError();
        }

        return (abi.ToFault(errno), errno);
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
                throw abi.LastFailure("getsockname");
            }
        }

        return SockAddr.Read(address[..(int)length]);
    }

    public void SetNoDelay(nint descriptor, bool noDelay) =>
        SetOption((int)descriptor, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, noDelay ? 1 : 0);

    public bool SendsFiles => abi == PosixAbi.Linux;

    public int Unacknowledged(nint descriptor)
    {
        // The kernel writes the number to this stack frame.
        int bytes = 0;
        return abi == PosixAbi.Linux && Libc.Ioctl((int)descriptor, Libc.SIOCOUTQ, &bytes) == 0 ? bytes : -1;
    }

    public void ShutdownWrite(nint descriptor) => _ = Libc.Shutdown((int)descriptor, Libc.SHUT_WR);

    public void Close(nint descriptor) => _ = Libc.Close((int)descriptor);

    public void Reset(nint descriptor)
    {
        Libc.Linger linger = new() { OnOff = 1, Seconds = 0 };
        _ = Libc.SetSockOpt((int)descriptor, abi.SolSocket, abi.SoLinger, &linger, (uint)sizeof(Libc.Linger));
        Close(descriptor);
    }

    public string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>Where no flag of a send does it: a send to a peer that has reset would otherwise raise SIGPIPE.</summary>
    internal static void KeepSigPipeAway(PosixAbi abi, int descriptor)
    {
        if (abi.SoNoSigPipe != 0)
        {
            SetOption(descriptor, abi.SolSocket, abi.SoNoSigPipe, 1);
        }
    }

    private int Open(AddressFamily family)
    {
        int domain = family == AddressFamily.InterNetworkV6 ? abi.AfInet6 : Libc.AF_INET;
        int descriptor = Libc.Socket(domain, Libc.SOCK_STREAM | abi.SocketFlags, Libc.IPPROTO_TCP);
        if (descriptor < 0)
        {
            throw abi.LastFailure("socket");
        }

        if (abi.SocketFlags == 0 && !abi.Prepare(descriptor))
        {
            SocketFaultException failure = abi.LastFailure("fcntl");
            Close(descriptor);
            throw failure;
        }

        KeepSigPipeAway(abi, descriptor);
        return descriptor;
    }

    // A refused option never costs the connection: the peer may have reset it in the meantime, which the next
    // receive reports with the true reason.
    private static void SetOption(int descriptor, int level, int name, int value) =>
        _ = Libc.SetSockOpt(descriptor, level, name, &value, sizeof(int));
}
