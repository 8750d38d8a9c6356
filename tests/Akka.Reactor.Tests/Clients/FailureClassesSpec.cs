using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Runtime.CompilerServices;
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
                + "data-rate, protocol-violation, peer-finished, requested, aborted, shed, protocol-crash, layer-crash, other",
            string.Join(", ", FailureClass.All)
        );
        Assert.All(FailureClass.All, failure => Assert.Equal(failure, FailureClass.Parse(failure.Name)));
        Assert.Null(FailureClass.Parse("Dns"));
    }

    [Theory]
    [InlineData("dns", "is a failure class already")]
    [InlineData("other", "is a failure class already")]
    [InlineData("", "must be a name of lower-case letters")]
    [InlineData("No-Pong", "must be a name of lower-case letters")]
    [InlineData("1st", "must be a name of lower-case letters")]
    [InlineData("no pong", "must be a name of lower-case letters")]
    public void An_application_names_its_own_classes_in_the_same_way(string name, string problem) =>
        Assert.Contains(
            problem,
            Assert.Throws<ArgumentException>(() => FailureClass.Named(name)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Classes_of_one_name_are_one_class()
    {
        Assert.Equal(FailureClass.Named("no-pong"), FailureClass.Named("no-pong"));
        Assert.NotEqual(FailureClass.Named("no-pong"), FailureClass.Other);
        Assert.Equal("no-pong", $"{FailureClass.Named("no-pong")}");
    }

    [Fact]
    public void Every_way_a_connection_fails_has_its_class()
    {
        IPEndPoint address = IPEndPoint.Parse("192.0.2.1:25");
        Assert.Equal(FailureClass.Dns, new DnsException("a.test", "no").FailureClass);
        Assert.Equal(FailureClass.ConnectRefused, new ConnectRefusedException("e", address, 111).FailureClass);
        Assert.Equal(
            FailureClass.Unreachable,
            new ConnectUnreachableException("e", address, "no way", 113).FailureClass
        );
        Assert.Equal(FailureClass.ConnectFailed, new ConnectException("e", address, "failed", 1).FailureClass);
        Assert.Equal(FailureClass.Proxy, new ProxyRefusedException("p", "t", 5, "", 4).FailureClass);
        Assert.Equal(FailureClass.ProxyAuthentication, new ProxyAuthenticationException("p", "t", 1, 4).FailureClass);
        Assert.Equal(
            FailureClass.TlsHandshakeTimeout,
            new TlsHandshakeTimeoutException(TimeSpan.FromSeconds(1)).FailureClass
        );
        Assert.Equal(FailureClass.ProtocolViolation, new UnreadLimitException(2, 1).FailureClass);
        Assert.Equal(
            FailureClass.LayerCrash,
            new LayerCrashedException(new InvalidOperationException("on request")).FailureClass
        );
        Assert.Equal(FailureClass.Other, new OwnException().FailureClass);
    }

    [Theory]
    [InlineData(CloseReason.Requested, "requested")]
    [InlineData(CloseReason.Aborted, "aborted")]
    [InlineData(CloseReason.PeerFinished, "peer-finished")]
    [InlineData(CloseReason.Reset, "reset")]
    [InlineData(CloseReason.Truncated, "truncated")]
    [InlineData(CloseReason.ProtocolViolation, "protocol-violation")]
    [InlineData(CloseReason.Shed, "shed")]
    [InlineData(CloseReason.TimedOut, "socket-failure")]
    [InlineData(CloseReason.Failed, "socket-failure")]
    public void An_end_without_a_cause_has_the_class_of_its_reason(CloseReason reason, string expected) =>
        Assert.Equal(expected, new TransportClosedException(reason).FailureClass.Name);

    [Fact]
    public void Every_exception_of_ours_has_a_class_or_a_reason_why_not()
    {
        // Other is for the types of applications. Both ways: an entry above that is not needed any more fails, too.
        IEnumerable<string> without = typeof(ReactorException)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ReactorException)) && !type.IsAbstract)
            .Where(type =>
                ((ReactorException)RuntimeHelpers.GetUninitializedObject(type)).FailureClass == FailureClass.Other
            )
            .Select(type => type.Name);
        Assert.Equal(Unclassified.Keys.Order(StringComparer.Ordinal), without.Order(StringComparer.Ordinal));
    }

    private sealed class OwnException() : ReactorException("A failure of the application's own.");
}
