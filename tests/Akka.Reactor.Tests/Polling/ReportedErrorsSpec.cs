using System;
using System.Net;
using System.Threading;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

public sealed class ReportedErrorsSpec : IDisposable
{
    private const int ConnectionReset = 104;
    private readonly PosixSockets _sockets = new();
    private readonly ReportedErrors _reported;
    private readonly nint _listener;
    private readonly nint _one;
    private readonly nint _other;

    public ReportedErrorsSpec()
    {
        _reported = new ReportedErrors(PosixAbi.Linux, PosixIo.Instance, _sockets);
        _listener = _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        _one = _sockets.Connect((IPEndPoint)_sockets.LocalEndPoint(_listener));
        AcceptResult accepted = default;
        Assert.True(
            SpinWait.SpinUntil(
                () => (accepted = _reported.Accept(_listener)).Fault == SocketFault.None,
                TimeSpan.FromSeconds(20)
            )
        );
        _other = accepted.Descriptor;
    }

    [Fact]
    public void An_error_the_engine_was_told_is_told_once_more_to_who_asks_the_socket()
    {
        Assert.Equal((SocketFault.None, 0), _reported.TakeError(_other));
        _reported.Keep(_other, ConnectionReset);
        Assert.Equal((SocketFault.ConnectionReset, ConnectionReset), _reported.TakeError(_other));
        Assert.Equal((SocketFault.None, 0), _reported.TakeError(_other));
    }

    [Fact]
    public void A_receive_gives_what_is_there_before_the_error_and_the_error_instead_of_the_end()
    {
        Assert.Equal(3, _reported.Send(_one, "abc"u8).Count);
        _sockets.ShutdownWrite(_one);
        _reported.Keep(_other, ConnectionReset);
        byte[] buffer = new byte[2];
        Assert.Equal(2, _reported.Receive(_other, buffer).Count);
        Assert.Equal(1, _reported.Receive(_other, buffer).Count);
        Assert.Equal(IoResult.Failed(SocketFault.ConnectionReset, ConnectionReset), _reported.Receive(_other, buffer));
        Assert.Equal(IoResult.Done(0), _reported.Receive(_other, buffer));
    }

    [Fact]
    public void The_next_socket_of_the_same_number_inherits_nothing()
    {
        // A number that is nobody's: one that was closed may be another test's at once.
        const int Nobodys = 19_995;
        _reported.Keep(Nobodys, ConnectionReset);
        _reported.Close(Nobodys);
        Assert.NotEqual(SocketFault.ConnectionReset, _reported.TakeError(Nobodys).Fault);
        _reported.Keep(Nobodys, ConnectionReset);
        _reported.Reset(Nobodys);
        Assert.NotEqual(SocketFault.ConnectionReset, _reported.TakeError(Nobodys).Fault);
    }

    public void Dispose()
    {
        _sockets.Close(_listener);
        _sockets.Close(_one);
        _sockets.Close(_other);
    }
}
