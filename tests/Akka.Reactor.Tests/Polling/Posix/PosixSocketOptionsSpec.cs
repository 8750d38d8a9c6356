using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

/// <summary>Options as the kernel has them: of sockets that connect, and of those that were accepted and never told.</summary>
public sealed class PosixSocketOptionsSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly SocketOptions All = new()
    {
        NoDelay = true,
        KeepAlive = new KeepAliveOptions
        {
            When = KeepAliveWhen.Always,
            Idle = TimeSpan.FromSeconds(31),
            Interval = TimeSpan.FromMilliseconds(6500),
            Count = 5,
        },
        SendBuffer = 40_000,
        ReceiveBuffer = 50_000,
        UserTimeout = TimeSpan.FromSeconds(12),
    };

    private readonly PosixSockets _sockets = new();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task An_accepted_socket_has_the_options_of_the_listening_one(string address)
    {
        (nint accepted, nint connected) = await Pair(address, All);
        AssertAll(accepted);
        AssertAll(connected);
        _sockets.Close(accepted);
        _sockets.Close(connected);
    }

    [Fact]
    public async Task Small_writes_leave_at_once_and_probes_can_begin_unless_told_otherwise()
    {
        (nint accepted, nint connected) = await Pair("127.0.0.1", SocketOptions.Default);
        foreach (nint descriptor in (nint[])[accepted, connected])
        {
            Assert.Equal(1, SocketOption.Tcp(descriptor, Libc.TCP_NODELAY));
            Assert.Equal(0, SocketOption.Socket(descriptor, Libc.SO_KEEPALIVE));
            Assert.Equal(60, SocketOption.Tcp(descriptor, Libc.TCP_KEEPIDLE));
            Assert.Equal(0, SocketOption.Tcp(descriptor, Libc.TCP_USER_TIMEOUT));
            _sockets.SetKeepAlive(descriptor, on: true);
            Assert.Equal(1, SocketOption.Socket(descriptor, Libc.SO_KEEPALIVE));
            _sockets.SetKeepAlive(descriptor, on: false);
            Assert.Equal(0, SocketOption.Socket(descriptor, Libc.SO_KEEPALIVE));
            _sockets.Close(descriptor);
        }

        (accepted, connected) = await Pair(
            "127.0.0.1",
            new SocketOptions
            {
                NoDelay = false,
                KeepAlive = new KeepAliveOptions { When = KeepAliveWhen.Never },
            }
        );
        foreach (nint descriptor in (nint[])[accepted, connected])
        {
            Assert.Equal(0, SocketOption.Tcp(descriptor, Libc.TCP_NODELAY));
            Assert.Equal(0, SocketOption.Socket(descriptor, Libc.SO_KEEPALIVE));
            _sockets.Close(descriptor);
        }
    }

    [Fact]
    public void Without_a_size_the_system_lets_the_buffers_grow()
    {
        nint listener = _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        using Socket untouched = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(untouched.ReceiveBufferSize, SocketOption.Socket(listener, Libc.SO_RCVBUF));
        Assert.Equal(untouched.SendBufferSize, SocketOption.Socket(listener, Libc.SO_SNDBUF));
        _sockets.Close(listener);
    }

    [Fact]
    public void What_the_system_refuses_is_named_and_leaves_no_descriptor()
    {
        SocketOptions wrong = new()
        {
            KeepAlive = new KeepAliveOptions { When = KeepAliveWhen.Always, Count = 1000 },
        };
        int before = Descriptors.CountOpen();
        for (int i = 0; i < 1000; i++)
        {
            SocketFaultException listening = Assert.Throws<SocketFaultException>(() =>
                _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1, new ListenOptions { Socket = wrong })
            );
            SocketFaultException connecting = Assert.Throws<SocketFaultException>(() =>
                _sockets.Connect(new IPEndPoint(IPAddress.Loopback, 1), wrong)
            );
            Assert.Equal("socket.keep-alive.count was refused: Invalid argument", listening.Text);
            Assert.Equal((listening.Text, 22), (connecting.Text, connecting.Errno));
        }

        Assert.InRange(Descriptors.CountOpen(), 0, before + 800);
    }

    [Fact]
    public void Where_there_is_no_user_timeout_it_is_not_ignored()
    {
        // The numbers of another system, whose other options are Linux's.
        PosixSockets poor = new(PosixAbi.Linux with { Name = "Elsewhere", TcpUserTimeout = 0 });
        Assert.Equal(SocketFeatures.ReusePort | SocketFeatures.UnixSockets, poor.Features);
        Assert.Equal(
            poor.Features | SocketFeatures.UserTimeout | SocketFeatures.Acknowledgements | SocketFeatures.SendFile,
            _sockets.Features
        );
        SocketFaultException refusal = Assert.Throws<SocketFaultException>(() =>
            poor.Connect(new IPEndPoint(IPAddress.Loopback, 1), All)
        );
        Assert.Equal("socket.user-timeout cannot be set on Elsewhere", refusal.Text);
    }

    [Fact]
    public void Several_may_share_a_port_where_all_say_so()
    {
        ListenOptions shared = new() { ReusePort = true };
        nint first = _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1, shared);
        EndPoint there = _sockets.LocalEndPoint(first);
        nint second = _sockets.Listen(there, 1, shared);
        Assert.Equal(
            SocketFault.AddressInUse,
            Assert.Throws<SocketFaultException>(() => _sockets.Listen(there, 1)).Fault
        );
        _sockets.Close(first);
        _sockets.Close(second);
    }

    [Fact]
    public async Task Any_address_of_ipv6_leaves_ipv4_alone_when_told_so()
    {
        nint only = _sockets.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), 8, new ListenOptions { Ipv6Only = true });
        Assert.Equal(1, SocketOption.Ip6(only, Libc.IPV6_V6ONLY));
        int port = ((IPEndPoint)_sockets.LocalEndPoint(only)).Port;
        using Socket four = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() =>
            four.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Patience)
        );
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        using Socket six = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        await six.ConnectAsync(IPAddress.IPv6Loopback, port).WaitAsync(Patience);
        _sockets.Close(only);
    }

    [Fact]
    public void A_reserve_is_a_descriptor_of_its_own()
    {
        nint one = _sockets.Reserve(out int errno);
        nint other = _sockets.Reserve(out _);
        Assert.True(one >= 0 && other >= 0 && one != other && errno == 0);
        _sockets.Close(one);
        _sockets.Close(other);
    }

    private static void AssertAll(nint descriptor)
    {
        Assert.Equal(1, SocketOption.Tcp(descriptor, Libc.TCP_NODELAY));
        Assert.Equal(1, SocketOption.Socket(descriptor, Libc.SO_KEEPALIVE));
        Assert.Equal(31, SocketOption.Tcp(descriptor, Libc.TCP_KEEPIDLE));
        Assert.Equal(7, SocketOption.Tcp(descriptor, Libc.TCP_KEEPINTVL));
        Assert.Equal(5, SocketOption.Tcp(descriptor, Libc.TCP_KEEPCNT));
        Assert.Equal(12_000, SocketOption.Tcp(descriptor, Libc.TCP_USER_TIMEOUT));

        // Linux answers with twice what was asked for: its own book-keeping is in it.
        Assert.Equal(80_000, SocketOption.Socket(descriptor, Libc.SO_SNDBUF));
        Assert.Equal(100_000, SocketOption.Socket(descriptor, Libc.SO_RCVBUF));
    }

    private async Task<(nint Accepted, nint Connected)> Pair(string address, SocketOptions options)
    {
        ListenOptions settings = new() { Socket = options };
        nint listener = _sockets.Listen(new IPEndPoint(IPAddress.Parse(address), 0), 8, settings);
        nint connected = _sockets.Connect(_sockets.LocalEndPoint(listener), options);
        AcceptResult accepted = PosixIo.Instance.Accept(listener);
        for (int i = 0; i < 1000 && accepted.Fault == SocketFault.WouldBlock; i++)
        {
            await Pause.BetweenLooks();
            accepted = PosixIo.Instance.Accept(listener);
        }

        _sockets.Close(listener);
        Assert.Equal(SocketFault.None, accepted.Fault);
        return (accepted.Descriptor, connected);
    }
}
