using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Linux;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Posix;

/// <summary>Sockets by the C library's calls, on raw descriptors. The class is stateless and can be used on any thread.</summary>
internal sealed unsafe class PosixSockets(PosixAbi abi) : ISockets
{
    private readonly SocketOptionNumbers _options = new()
    {
        System = abi.Name,
        Socket = abi.SolSocket,
        SendBuffer = abi.SoSndBuf,
        ReceiveBuffer = abi.SoRcvBuf,
        KeepAlive = abi.SoKeepAlive,
        Tcp = Libc.IPPROTO_TCP,
        NoDelay = Libc.TCP_NODELAY,
        KeepAliveIdle = abi.TcpKeepIdle,
        KeepAliveInterval = abi.TcpKeepIntvl,
        KeepAliveCount = abi.TcpKeepCnt,
        UserTimeout = abi.TcpUserTimeout,
    };

    /// <summary>Creates the sockets of Linux.</summary>
    internal PosixSockets()
        : this(PosixAbi.Linux) { }

    public SocketFeatures Features =>
        SocketFeatures.ReusePort
        | SocketFeatures.UnixSockets
        | (abi.TcpUserTimeout != 0 ? SocketFeatures.UserTimeout : SocketFeatures.None)
        | (abi.IsLinux ? SocketFeatures.Acknowledgements | SocketFeatures.SendFile : SocketFeatures.None);

    public nint Listen(EndPoint endPoint, int backlog, ListenOptions? settings = null)
    {
        settings ??= ListenOptions.Default;
        int descriptor = Open(endPoint.AddressFamily);
        string? file = null;
        try
        {
            if (endPoint is UnixDomainSocketEndPoint unix)
            {
                UnixSocketFile socket = new(abi, unix);
                socket.Bind(descriptor);
                file = unix.ToString();
                socket.SetMode(settings.UnixMode);
            }
            else
            {
                Prepare(descriptor, (IPEndPoint)endPoint, settings);
                Bind(abi, descriptor, endPoint);
            }

            return Libc.Listen(descriptor, backlog) < 0 ? throw abi.LastFailure("listen") : descriptor;
        }
        catch
        {
            Close(descriptor);
            UnixSocketFile.Remove(file);
            throw;
        }
    }

    public nint Connect(EndPoint endPoint, SocketOptions? options = null, IPEndPoint? local = null)
    {
        int descriptor = Open(endPoint.AddressFamily);
        try
        {
            Configure(descriptor, options ?? SocketOptions.Default, tcp: endPoint is IPEndPoint);
            if (local is not null)
            {
                BindLocal(descriptor, local);
            }
        }
        catch
        {
            Close(descriptor);
            throw;
        }

        int errno = Connect(descriptor, endPoint);

        // An interrupted connect continues by itself, like one in progress.
        if (errno != 0 && errno != abi.EInProgress && errno != Libc.EINTR)
        {
            Close(descriptor);
            throw abi.Failure("connect", errno);
        }

        return descriptor;
    }

    // A unix socket is the cheapest descriptor.
    public nint Reserve(out int errno)
    {
        int descriptor = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | abi.SocketFlags, 0);
        errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor;
    }

    public int FreeDescriptors(out int refusal)
    {
        refusal = Libc.EMFILE;
        return OpenDescriptors.Free();
    }

    public void SetKeepAlive(nint descriptor, bool on) =>
        SetOption((int)descriptor, abi.SolSocket, abi.SoKeepAlive, on ? 1 : 0);

    public void SetBuffers(nint descriptor, SocketOptions options)
    {
        TrySet(descriptor, abi.SoSndBuf, options.SendBuffer);
        TrySet(descriptor, abi.SoRcvBuf, options.ReceiveBuffer);

        // Errors are ignored: the peer may already be gone, and the next receive reports it.
        void TrySet(nint socket, int name, int? size)
        {
            if (size is { } bytes)
            {
                SetOption((int)socket, abi.SolSocket, name, bytes);
            }
        }
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

    public UnixSocketFileMark? FileOf(EndPoint local) => UnixSocketFileMark.Of(local);

    public int Unacknowledged(nint descriptor)
    {
        // The kernel writes the number to this stack frame.
        int bytes = 0;
        return abi.IsLinux && Libc.Ioctl((int)descriptor, Libc.SIOCOUTQ, &bytes) == 0 ? bytes : -1;
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

    /// <summary>
    /// Prevents SIGPIPE on systems where no flag of send does: otherwise a send to a peer that has reset would raise it.
    /// </summary>
    internal static void KeepSigPipeAway(PosixAbi abi, int descriptor)
    {
        if (abi.SoNoSigPipe != 0)
        {
            SetOption(descriptor, abi.SolSocket, abi.SoNoSigPipe, 1);
        }
    }

    /// <summary>Binds the socket. Throws <see cref="SocketFaultException"/>.</summary>
    internal static void Bind(PosixAbi abi, int descriptor, EndPoint endPoint)
    {
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
    }

    /// <summary>Starts to connect; returns 0 or the error number.</summary>
    internal static int Connect(int descriptor, EndPoint endPoint)
    {
        // The address lives on this stack frame; the kernel copies it.
        Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.Write(endPoint, address);
        fixed (byte* start = address)
        {
            return Libc.Connect(descriptor, start, (uint)length) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    /// <summary>Opens a stream socket that is non-blocking and close-on-exec. Throws <see cref="SocketFaultException"/>.</summary>
    internal static int Open(PosixAbi abi, AddressFamily family)
    {
        (int domain, int protocol) = family switch
        {
            AddressFamily.Unix => (Libc.AF_UNIX, 0),
            AddressFamily.InterNetworkV6 => (abi.AfInet6, Libc.IPPROTO_TCP),
            _ => (Libc.AF_INET, Libc.IPPROTO_TCP),
        };
        int descriptor = Libc.Socket(domain, Libc.SOCK_STREAM | abi.SocketFlags, protocol);
        if (descriptor < 0)
        {
            throw abi.LastFailure("socket");
        }

        if (abi.SocketFlags == 0 && !abi.Prepare(descriptor))
        {
            SocketFaultException failure = abi.LastFailure("fcntl");
            _ = Libc.Close(descriptor);
            throw failure;
        }

        KeepSigPipeAway(abi, descriptor);
        return descriptor;
    }

    private int Open(AddressFamily family) => Open(abi, family);

    private void Prepare(int descriptor, IPEndPoint endPoint, ListenOptions settings)
    {
        SetOption(descriptor, abi.SolSocket, abi.SoReuseAddr, 1);
        if (settings.ReusePort)
        {
            Require(descriptor, new SocketOptionValue("reuse-port", abi.SolSocket, abi.SoReusePort, 1));
        }

        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // [::] accepts IPv4 too, unless Ipv6Only is set. Any other address accepts its own family only.
            bool dual = !settings.Ipv6Only && endPoint.Address.Equals(IPAddress.IPv6Any);
            SetOption(descriptor, Libc.IPPROTO_IPV6, abi.Ipv6V6Only, dual ? 0 : 1);
        }

        // Must come before listen: accepted sockets inherit all these options, and the buffer sizes determine the window
        // scale.
        Configure(descriptor, settings.Socket, tcp: true);
    }

    private void BindLocal(int descriptor, IPEndPoint local)
    {
        if (local.Port != 0)
        {
            // The previous connection from this port may still be in TIME_WAIT.
            SetOption(descriptor, abi.SolSocket, abi.SoReuseAddr, 1);
        }
        else if (abi.IpBindAddressNoPort != 0)
        {
            // The system chooses the port when it knows the remote address, so that one port can serve connections to
            // many addresses.
            SetOption(descriptor, Libc.IPPROTO_IP, abi.IpBindAddressNoPort, 1);
        }

        Bind(abi, descriptor, local);
    }

    private void Configure(int descriptor, SocketOptions options, bool tcp)
    {
        foreach (SocketOptionValue option in _options.Of(options, tcp))
        {
            Require(descriptor, option);
        }
    }

    private void Require(int descriptor, SocketOptionValue option)
    {
        int value = option.Value;
        if (Libc.SetSockOpt(descriptor, option.Level, option.Name, &value, sizeof(int)) < 0)
        {
            throw option.Refused(abi.LastFailure("setsockopt"));
        }
    }

    // A refused option does not fail the connection: the peer may have reset it in the meantime, and the next receive
    // reports the true reason.
    private static void SetOption(int descriptor, int level, int name, int value) =>
        _ = Libc.SetSockOpt(descriptor, level, name, &value, sizeof(int));
}
