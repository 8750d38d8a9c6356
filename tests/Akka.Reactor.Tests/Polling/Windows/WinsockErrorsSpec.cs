using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Polling.Windows;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

public sealed class WinsockErrorsSpec
{
    // .NET's names have Winsock's numbers on every system; these two are .NET's own, and the rest are the name service's.
    private static readonly SocketError[] NotWinsocks = [SocketError.SocketError, SocketError.IOPending];

    private static IEnumerable<SocketError> Known =>
        Enum.GetValues<SocketError>()
            .Except(NotWinsocks)
            .Where(error => error is < SocketError.HostNotFound or > SocketError.NoData);

    [Fact]
    public void Every_error_of_winsock_has_words_of_its_own()
    {
        string unknown = WinsockErrors.Describe(99_999);
        Assert.DoesNotContain(
            Known,
            error => string.Equals(WinsockErrors.Describe((int)error), unknown, StringComparison.Ordinal)
        );
        Assert.All(Known, error => Assert.NotEmpty(WinsockErrors.Describe((int)error)));
        Assert.NotEmpty(unknown);
    }

    [Fact]
    public void Every_fault_is_meant_by_some_error() =>
        Assert.Equal(
            Enum.GetValues<SocketFault>().Order(),
            Known.Select(error => WinsockErrors.ToFault((int)error)).Distinct().Order()
        );

    [Theory]
    [InlineData(SocketError.Success, nameof(SocketFault.None))]
    [InlineData(SocketError.WouldBlock, nameof(SocketFault.WouldBlock))]
    [InlineData(SocketError.ConnectionReset, nameof(SocketFault.ConnectionReset))]
    [InlineData(SocketError.ConnectionAborted, nameof(SocketFault.ConnectionAborted))]
    [InlineData(SocketError.Shutdown, nameof(SocketFault.ConnectionReset))]
    [InlineData(SocketError.ConnectionRefused, nameof(SocketFault.ConnectionRefused))]
    [InlineData(SocketError.TimedOut, nameof(SocketFault.TimedOut))]
    [InlineData(SocketError.HostUnreachable, nameof(SocketFault.Unreachable))]
    [InlineData(SocketError.NetworkDown, nameof(SocketFault.Unreachable))]
    [InlineData(SocketError.AddressAlreadyInUse, nameof(SocketFault.AddressInUse))]
    [InlineData(SocketError.AddressNotAvailable, nameof(SocketFault.AddressNotAvailable))]
    [InlineData(SocketError.AccessDenied, nameof(SocketFault.AccessDenied))]
    [InlineData(SocketError.TooManyOpenSockets, nameof(SocketFault.OutOfResources))]
    [InlineData(SocketError.NoBufferSpaceAvailable, nameof(SocketFault.OutOfResources))]
    [InlineData(SocketError.NotConnected, nameof(SocketFault.NotConnected))]
    [InlineData(SocketError.NotSocket, nameof(SocketFault.Invalid))]
    public void An_error_means_a_fault(SocketError error, string fault) =>
        Assert.Equal(fault, WinsockErrors.ToFault((int)error).ToString());
}
