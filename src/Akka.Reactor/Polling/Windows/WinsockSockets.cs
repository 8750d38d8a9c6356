using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Windows;

/// <summary>Sockets by Winsock's calls, on raw handles. The class is stateless and can be used on any thread.</summary>
internal sealed unsafe class WinsockSockets : ISockets
{
    private const uint HANDLE_FLAG_INHERIT = 1;

    private static readonly SocketOptionNumbers Options = new()
    {
        System = "Windows",
        Socket = Winsock.SOL_SOCKET,
        SendBuffer = Winsock.SO_SNDBUF,
        ReceiveBuffer = Winsock.SO_RCVBUF,
        KeepAlive = Winsock.SO_KEEPALIVE,
        Tcp = Winsock.IPPROTO_TCP,
        NoDelay = Winsock.TCP_NODELAY,
        KeepAliveIdle = Winsock.TCP_KEEPIDLE,
        KeepAliveInterval = Winsock.TCP_KEEPINTVL,
        KeepAliveCount = Winsock.TCP_KEEPCNT,
    };

    // Winsock is started once and stays started until the process ends.
    private static readonly int s_started = Start();

    internal WinsockSockets()
    {
        if (s_started != 0)
        {
            throw WinsockErrors.Fault("WSAStartup", s_started);
        }
    }

    public SocketFeatures Features => SocketFeatures.None;

    public nint Listen(EndPoint endPoint, int backlog, ListenOptions? settings = null)
    {
        settings ??= ListenOptions.Default;
        IPEndPoint ip = RequireIp("bind", endPoint);
        if (settings.ReusePort)
        {
            throw new SocketFaultException("setsockopt", SocketFault.Other, 0, "reuse-port cannot be set on Windows");
        }

        nint descriptor = Open(ip.AddressFamily);
        try
        {
            // On Windows SO_REUSEADDR would let another process take over the port. Without SO_EXCLUSIVEADDRUSE another
            // process could do so by setting SO_REUSEADDR itself.
            SetOption(descriptor, Winsock.SOL_SOCKET, Winsock.SO_EXCLUSIVEADDRUSE, 1);
            if (ip.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // [::] accepts IPv4 too, unless Ipv6Only is set. Any other address accepts its own family only.
                bool dual = !settings.Ipv6Only && ip.Address.Equals(IPAddress.IPv6Any);
                SetOption(descriptor, Winsock.IPPROTO_IPV6, Winsock.IPV6_V6ONLY, dual ? 0 : 1);
            }

            // Accepted sockets inherit all these options.
            Configure(descriptor, settings.Socket);

            Bind(descriptor, ip);
            return Winsock.Listen(descriptor, backlog) == Winsock.SOCKET_ERROR
                ? throw WinsockErrors.LastFault("listen")
                : descriptor;
        }
        catch
        {
            Close(descriptor);
            throw;
        }
    }

    public nint Connect(EndPoint endPoint, SocketOptions? options = null, IPEndPoint? local = null)
    {
        nint descriptor = Open(RequireIp("connect", endPoint).AddressFamily);
        try
        {
            Configure(descriptor, options ?? SocketOptions.Default);
            if (local is not null)
            {
                Bind(descriptor, local);
            }
        }
        catch
        {
            Close(descriptor);
            throw;
        }

        // The address lives on this stack frame; the system copies it.
        System.Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.Write(endPoint, address);
        fixed (byte* start = address)
        {
            if (Winsock.Connect(descriptor, start, length) == Winsock.SOCKET_ERROR)
            {
                int error = Marshal.GetLastPInvokeError();

                // Winsock reports a connect in progress with this error.
                if (error != WinsockErrors.WSAEWOULDBLOCK)
                {
                    Close(descriptor);
                    throw WinsockErrors.Fault("connect", error);
                }
            }
        }

        return descriptor;
    }

    private static void Bind(nint descriptor, IPEndPoint endPoint)
    {
        // The address lives on this stack frame; the system copies it.
        System.Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.Write(endPoint, address);
        fixed (byte* start = address)
        {
            if (Winsock.Bind(descriptor, start, length) == Winsock.SOCKET_ERROR)
            {
                throw WinsockErrors.LastFault("bind");
            }
        }
    }

    public (SocketFault Fault, int Errno) TakeError(nint descriptor)
    {
        int error = 0;
        int length = sizeof(int);
        if (
            Winsock.GetSockOpt(descriptor, Winsock.SOL_SOCKET, Winsock.SO_ERROR, &error, &length)
            == Winsock.SOCKET_ERROR
        )
        {
            error = Marshal.GetLastPInvokeError();
        }
        else if (error == 0)
        {
            error = PeekError(descriptor);
        }

        return (WinsockErrors.ToFault(error), error);
    }

    public EndPoint LocalEndPoint(nint descriptor)
    {
        // The system writes the address to this stack frame.
        System.Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        int length = SockAddr.MaxSize;
        fixed (byte* start = address)
        {
            if (Winsock.GetSockName(descriptor, start, &length) == Winsock.SOCKET_ERROR)
            {
                throw WinsockErrors.LastFault("getsockname");
            }
        }

        return SockAddr.Read(address[..length]);
    }

    // A socket without an address needs no more than a handle.
    public nint Reserve(out int errno)
    {
        nint descriptor = Winsock.Socket(
            Winsock.AF_INET,
            Winsock.SOCK_STREAM,
            Winsock.IPPROTO_TCP,
            null,
            0,
            Winsock.WSA_FLAG_OVERLAPPED | Winsock.WSA_FLAG_NO_HANDLE_INHERIT
        );
        errno = descriptor == Winsock.INVALID_SOCKET ? Marshal.GetLastPInvokeError() : 0;
        return descriptor;
    }

    // Only accepted unix sockets need this call.
    public void SetBuffers(nint descriptor, SocketOptions options) { }

    public void SetKeepAlive(nint descriptor, bool on) =>
        SetOption(descriptor, Options.Socket, Options.KeepAlive, on ? 1 : 0);

    public UnixSocketFileMark? FileOf(EndPoint local) => UnixSocketFileMark.Of(local);

    public int Unacknowledged(nint descriptor) => -1;

    public void ShutdownWrite(nint descriptor) => _ = Winsock.Shutdown(descriptor, Winsock.SD_SEND);

    public void Close(nint descriptor) => _ = Winsock.CloseSocket(descriptor);

    public void Reset(nint descriptor)
    {
        Winsock.Linger linger = new() { OnOff = 1, Seconds = 0 };
        _ = Winsock.SetSockOpt(descriptor, Winsock.SOL_SOCKET, Winsock.SO_LINGER, &linger, sizeof(Winsock.Linger));
        Close(descriptor);
    }

    public string Describe(int errno) => WinsockErrors.Describe(errno);

    /// <summary>Makes a socket non-blocking and not inheritable by child processes, however it was created.</summary>
    internal static bool TryPrepare(nint descriptor, out int error)
    {
        uint nonBlocking = 1;
        if (Winsock.IoctlSocket(descriptor, Winsock.FIONBIO, &nonBlocking) == Winsock.SOCKET_ERROR)
        {
            error = Marshal.GetLastPInvokeError();
            return false;
        }

        // A layered provider may return a socket that is not a handle of the system. Then this call fails, but a child
        // process cannot inherit the socket either.
        _ = AfdNative.SetHandleInformation(descriptor, HANDLE_FLAG_INHERIT, 0);
        error = 0;
        return true;
    }

    // On Windows SO_ERROR does not show a reset until an operation has met it. The byte is only peeked at; the copy is
    // dropped with this stack frame.
    private static int PeekError(nint descriptor)
    {
        byte peeked;
        if (Winsock.Recv(descriptor, &peeked, 1, Winsock.MSG_PEEK) != Winsock.SOCKET_ERROR)
        {
            return 0;
        }

        int error = Marshal.GetLastPInvokeError();
        return error is WinsockErrors.WSAEWOULDBLOCK or WinsockErrors.WSAENOTCONN ? 0 : error;
    }

    private static nint Open(AddressFamily family)
    {
        nint descriptor = Winsock.Socket(
            family == AddressFamily.InterNetworkV6 ? Winsock.AF_INET6 : Winsock.AF_INET,
            Winsock.SOCK_STREAM,
            Winsock.IPPROTO_TCP,
            null,
            0,
            Winsock.WSA_FLAG_OVERLAPPED | Winsock.WSA_FLAG_NO_HANDLE_INHERIT
        );
        if (descriptor == Winsock.INVALID_SOCKET)
        {
            throw WinsockErrors.LastFault("socket");
        }

        if (TryPrepare(descriptor, out int error))
        {
            return descriptor;
        }

        _ = Winsock.CloseSocket(descriptor);
        throw WinsockErrors.Fault("ioctlsocket", error);
    }

    private static IPEndPoint RequireIp(string operation, EndPoint endPoint) =>
        endPoint as IPEndPoint
        ?? throw new SocketFaultException(operation, SocketFault.Other, 0, "unix sockets are not supported on Windows");

    private static void Configure(nint descriptor, SocketOptions options)
    {
        foreach (SocketOptionValue option in Options.Of(options, tcp: true))
        {
            int value = option.Value;
            if (Winsock.SetSockOpt(descriptor, option.Level, option.Name, &value, sizeof(int)) == Winsock.SOCKET_ERROR)
            {
                SocketFaultException refusal = option.Refused(WinsockErrors.LastFault("setsockopt"));
                if (!IsLeftToTheSystem(option, options, refusal))
                {
                    throw refusal;
                }
            }
        }
    }

    // Windows before version 1709 does not know these options and uses its own times. That is accepted if the
    // configuration has left the times at their defaults.
    private static bool IsLeftToTheSystem(
        SocketOptionValue option,
        SocketOptions options,
        SocketFaultException refusal
    ) =>
        refusal.Errno == WinsockErrors.WSAENOPROTOOPT
        && options.KeepAlive == SocketOptions.Default.KeepAlive
        && option.Key.StartsWith("socket.keep-alive.", StringComparison.Ordinal);

    // A refused option does not fail the connection: the peer may have reset it in the meantime, and the next receive
    // reports the true reason.
    private static void SetOption(nint descriptor, int level, int name, int value) =>
        _ = Winsock.SetSockOpt(descriptor, level, name, &value, sizeof(int));

    private static int Start()
    {
        // Winsock writes a description of itself to this stack frame. Nothing reads it.
        byte* data = stackalloc byte[Winsock.DataSize];
        return Winsock.Startup(Winsock.Version, data);
    }
}
