using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

public sealed class PosixSocketsSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly PosixSockets _sockets = new();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_listening_socket_can_be_connected_to(string address)
    {
        nint listener = _sockets.Listen(new IPEndPoint(IPAddress.Parse(address), 0), 8);
        try
        {
            IPEndPoint local = (IPEndPoint)_sockets.LocalEndPoint(listener);
            Assert.Equal(IPAddress.Parse(address), local.Address);
            Assert.NotEqual(0, local.Port);
            using Socket socket = new(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(local).WaitAsync(Patience);
        }
        finally
        {
            _sockets.Close(listener);
        }
    }

    [Fact]
    public async Task A_socket_on_any_address_of_ipv6_takes_ipv4_too_and_one_on_another_does_not()
    {
        nint dual = _sockets.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), 8);
        try
        {
            int port = ((IPEndPoint)_sockets.LocalEndPoint(dual)).Port;
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)).WaitAsync(Patience);
        }
        finally
        {
            _sockets.Close(dual);
        }
    }

    [Fact]
    public void An_address_of_another_machine_cannot_be_bound()
    {
        SocketFaultException failure = Assert.Throws<SocketFaultException>(() =>
            _sockets.Listen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), 8)
        );
        Assert.Equal(SocketFault.AddressNotAvailable, failure.Fault);
    }

    [Fact]
    public async Task A_reset_is_one_for_the_peer_even_when_bytes_wait_for_it()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        nint descriptor = _sockets.Connect((IPEndPoint)listener.LocalEndpoint);
        using Socket peer = await listener.AcceptSocketAsync().WaitAsync(Patience);
        _sockets.Reset(descriptor);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() =>
            peer.ReceiveAsync(new byte[1]).WaitAsync(Patience)
        );
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    [Fact]
    public async Task A_close_is_an_end_for_the_peer_and_shutdown_too()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        foreach (bool shutdown in (bool[])[true, false])
        {
            nint descriptor = _sockets.Connect((IPEndPoint)listener.LocalEndpoint);
            using Socket peer = await listener.AcceptSocketAsync().WaitAsync(Patience);
            if (shutdown)
            {
                _sockets.ShutdownWrite(descriptor);
            }
            else
            {
                _sockets.Close(descriptor);
            }

            Assert.Equal(0, await peer.ReceiveAsync(new byte[1]).WaitAsync(Patience));
            if (shutdown)
            {
                _sockets.Close(descriptor);
            }
        }
    }

    [Fact]
    public void Errors_have_words() => Assert.Contains("refused", _sockets.Describe(111), StringComparison.Ordinal);
}
