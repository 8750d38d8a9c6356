using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Runtime.CompilerServices;
using Akka.Reactor.Clients;
using Akka.Reactor.Diagnostics;
using Xunit;

namespace Akka.Reactor.Tests.Clients;

/// <summary>Which failures make which class.</summary>
public sealed class FailureClassesSpec
{
    // Exceptions that are never the cause of a Disconnected, each with the reason.
    private static readonly Dictionary<string, string> Unclassified = new(StringComparer.Ordinal)
    {
        ["BindException"] = "about a listener, which has no client",
        ["EngineFailedException"] = "seen by the selector's supervisor only; no connection ends with an engine",
        ["NotConnectedException"] = "the answer to a write while there is no connection that could end",
        ["ReactorConfigurationException"] = "thrown before a client starts",
        ["TlsCertificateLoadException"] = "thrown to the code that loads the certificate, before a client starts",
    };

    [Fact]
    public void Every_class_is_written_as_in_the_configuration()
    {
        Assert.Equal(
            "dns, dns-timeout, connect-refused, connect-timeout, unreachable, connect-failed, proxy, proxy-authentication, tls-certificate, "
                + "tls-alert, tls-handshake, tls-handshake-timeout, reset, socket-failure, truncated, idle-timeout, write-stall, lifetime, "
                + "data-rate, protocol-violation, peer-finished, requested, aborted, protocol-crash, layer-crash, other",
            string.Join(", ", KebabCase<FailureClass>.All)
        );
        Assert.All(
            Enum.GetValues<FailureClass>(),
            failure => Assert.Equal(failure, KebabCase<FailureClass>.Parse(KebabCase<FailureClass>.Of(failure)))
        );
        Assert.Null(KebabCase<FailureClass>.Parse("Dns"));
    }

    [Fact]
    public void Every_way_a_connection_fails_has_its_class()
    {
        IPEndPoint address = IPEndPoint.Parse("192.0.2.1:25");
        Assert.Equal(FailureClass.Dns, FailureClasses.Of(new DnsException("a.test", "no")));
        Assert.Equal(FailureClass.ConnectRefused, FailureClasses.Of(new ConnectRefusedException("e", address, 111)));
        Assert.Equal(
            FailureClass.Unreachable,
            FailureClasses.Of(new ConnectUnreachableException("e", address, "no way", 113))
        );
        Assert.Equal(FailureClass.ConnectFailed, FailureClasses.Of(new ConnectException("e", address, "failed", 1)));
        Assert.Equal(FailureClass.Proxy, FailureClasses.Of(new ProxyRefusedException("p", "t", 5, "", 4)));
        Assert.Equal(
            FailureClass.ProxyAuthentication,
            FailureClasses.Of(new ProxyAuthenticationException("p", "t", 1, 4))
        );
        Assert.Equal(
            FailureClass.TlsHandshakeTimeout,
            FailureClasses.Of(new TlsHandshakeTimeoutException(TimeSpan.FromSeconds(1)))
        );
        Assert.Equal(FailureClass.ProtocolViolation, FailureClasses.Of(new UnreadLimitException(2, 1)));
        Assert.Equal(
            FailureClass.LayerCrash,
            FailureClasses.Of(new ConnectorCrashedException(new InvalidOperationException("on request")))
        );
        Assert.Equal(FailureClass.Other, FailureClasses.Of(new OwnException()));
    }

    [Theory]
    [InlineData(CloseReason.Requested, FailureClass.Requested)]
    [InlineData(CloseReason.Aborted, FailureClass.Aborted)]
    [InlineData(CloseReason.PeerFinished, FailureClass.PeerFinished)]
    [InlineData(CloseReason.Reset, FailureClass.Reset)]
    [InlineData(CloseReason.Truncated, FailureClass.Truncated)]
    [InlineData(CloseReason.ProtocolViolation, FailureClass.ProtocolViolation)]
    [InlineData(CloseReason.TimedOut, FailureClass.SocketFailure)]
    [InlineData(CloseReason.Failed, FailureClass.SocketFailure)]
    public void An_end_without_a_cause_has_the_class_of_its_reason(CloseReason reason, FailureClass expected) =>
        Assert.Equal(expected, FailureClasses.Of(new TransportClosedException(reason)));

    [Fact]
    public void Every_exception_of_ours_has_a_class_or_a_reason_why_not()
    {
        // Other is for the types of applications. Both ways: an entry above that is not needed any more fails, too.
        IEnumerable<string> without = typeof(ReactorException)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ReactorException)) && !type.IsAbstract)
            .Where(type =>
                FailureClasses.Of((ReactorException)RuntimeHelpers.GetUninitializedObject(type)) == FailureClass.Other
            )
            .Select(type => type.Name);
        Assert.Equal(Unclassified.Keys.Order(StringComparer.Ordinal), without.Order(StringComparer.Ordinal));
    }

    private sealed class OwnException() : ReactorException("A failure of the application's own.");
}
