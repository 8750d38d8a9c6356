using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

/// <summary>What fails leaves no descriptor. Runs alone: others open sockets, too.</summary>
[Collection(Alone.Name)]
[Trait("Engines", "all")] // No engine has a part in it.
public sealed class PosixDescriptorsSpec
{
    private const int Rounds = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly PosixSockets _sockets = new();

    [Fact]
    public void An_address_in_use_is_told_as_such_and_leaves_no_descriptor()
    {
        nint listener = _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 8);
        try
        {
            IPEndPoint taken = (IPEndPoint)_sockets.LocalEndPoint(listener);
            int before = Descriptors.CountOpen();
            for (int i = 0; i < Rounds; i++)
            {
                SocketFaultException failure = Assert.Throws<SocketFaultException>(() => _sockets.Listen(taken, 8));
                Assert.Equal(SocketFault.AddressInUse, failure.Fault);
                Assert.Equal(98, failure.Errno);
                Assert.False(string.IsNullOrEmpty(failure.Text));
            }

            AssertNotGrown(before);
        }
        finally
        {
            _sockets.Close(listener);
        }
    }

    [Fact]
    public void Connections_made_refused_closed_and_reset_leave_no_descriptor()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        IPEndPoint open = (IPEndPoint)listener.LocalEndpoint;
        nint port = _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        IPEndPoint closed = (IPEndPoint)_sockets.LocalEndPoint(port);
        _sockets.Close(port);
        int before = Descriptors.CountOpen();
        for (int i = 0; i < Rounds; i++)
        {
            nint descriptor = _sockets.Connect(open);
            using Socket peer = listener.AcceptSocket();
            _sockets.Reset(descriptor);
            try
            {
                _sockets.Close(_sockets.Connect(closed));
            }
            catch (SocketFaultException refused)
            {
                Assert.Equal(SocketFault.ConnectionRefused, refused.Fault);
            }
        }

        AssertNotGrown(before);
    }

    // What the tests before have left may be closed meanwhile, and the runtime opens a few for itself.
    private static void AssertNotGrown(int before) =>
        Assert.True(
            SpinWait.SpinUntil(() => Descriptors.CountOpen() < before + 20, Patience),
            $"{before} descriptors were open before, {Descriptors.CountOpen()} are now."
        );
}
