using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Polling.Windows;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

public sealed partial class WinsockSocketsSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ISockets _sockets = Engines.ResolveOrSkip("afd").Sockets;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_listening_socket_can_be_connected_to_and_says_who_came(string address)
    {
        nint listener = _sockets.Listen(new IPEndPoint(IPAddress.Parse(address), 0), 8);
        IPEndPoint local = (IPEndPoint)_sockets.LocalEndPoint(listener);
        Assert.Equal(IPAddress.Parse(address), local.Address);
        Assert.NotEqual(0, local.Port);
        using Socket socket = new(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(local).WaitAsync(Patience);
        AcceptResult accepted = WinsockIo.Instance.Accept(listener);
        Assert.Equal(socket.LocalEndPoint, accepted.Remote);
        AssertNotInherited(listener);
        AssertNotInherited(accepted.Descriptor);
        Assert.True(WinsockIo.Instance.Receive(accepted.Descriptor, new byte[1]).WouldBlock);
        _sockets.Close(accepted.Descriptor);
        _sockets.Close(listener);
    }

    [Fact]
    public async Task A_socket_on_any_address_of_ipv6_takes_ipv4_too()
    {
        nint dual = _sockets.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), 8);
        int port = ((IPEndPoint)_sockets.LocalEndPoint(dual)).Port;
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Patience);
        AcceptResult accepted = WinsockIo.Instance.Accept(dual);
        Assert.Equal(socket.LocalEndPoint, accepted.Remote);
        _sockets.Close(accepted.Descriptor);
        _sockets.Close(dual);
    }

    [Fact]
    public void An_address_in_use_is_told_as_such()
    {
        nint listener = _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 8);
        IPEndPoint taken = (IPEndPoint)_sockets.LocalEndPoint(listener);
        SocketFaultException failure = Assert.Throws<SocketFaultException>(() => _sockets.Listen(taken, 8));
        Assert.Equal(SocketFault.AddressInUse, failure.Fault);
        Assert.Equal(10048, failure.Errno);
        Assert.Equal("Address already in use", failure.Text);
        _sockets.Close(listener);
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
    public async Task A_close_is_an_end_for_the_peer_and_a_shutdown_too()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        foreach (bool shutdown in (bool[])[true, false])
        {
            nint descriptor = _sockets.Connect((IPEndPoint)listener.LocalEndpoint);
            using Socket peer = await listener.AcceptSocketAsync().WaitAsync(Patience);
            AssertNotInherited(descriptor);
            if (shutdown)
            {
                _sockets.ShutdownWrite(descriptor);
                Assert.Equal(SocketFault.ConnectionReset, WinsockIo.Instance.Send(descriptor, "x"u8).Fault);
            }
            else
            {
                _sockets.Close(descriptor);
            }

            int count = await peer.ReceiveAsync(new byte[1]).WaitAsync(Patience);
            Assert.Equal(0, count);
            if (shutdown)
            {
                _sockets.Close(descriptor);
            }
        }
    }

    [Fact]
    public void A_socket_without_a_fault_has_no_error()
    {
        nint listener = _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 8);
        nint descriptor = _sockets.Connect((IPEndPoint)_sockets.LocalEndPoint(listener));
        Assert.Equal((SocketFault.None, 0), _sockets.TakeError(descriptor));
        Assert.Equal((SocketFault.None, 0), _sockets.TakeError(listener));
        _sockets.Close(descriptor);
        _sockets.Close(listener);
    }

    [Fact]
    public void What_is_no_socket_is_said_to_be_none() =>
        // Not one that was closed: by then its number may be that of a socket of the next test.
        Assert.Equal(10038, _sockets.TakeError(-1).Errno);

    private static void AssertNotInherited(nint descriptor)
    {
        Assert.NotEqual(0, GetHandleInformation(descriptor, out uint flags));
        Assert.Equal(0u, flags & 1);
    }

    // The flags are written to the caller's frame, during the call only.
    [LibraryImport("kernel32")]
    private static partial int GetHandleInformation(nint handle, out uint flags);
}
