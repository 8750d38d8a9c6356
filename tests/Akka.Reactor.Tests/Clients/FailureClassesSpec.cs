using System;
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
    [Fact]
    public void Every_class_is_written_as_in_the_configuration()
    {
        Assert.Equal(
            "dns, dns-timeout, connect-refused, connect-timeout, unreachable, connect-failed, proxy, proxy-authentication, tls-certificate, "
                + "tls-alert, tls-handshake, tls-handshake-timeout, reset, truncated, idle-timeout, write-stall, lifetime, data-rate, "
                + "protocol-violation, peer-finished, requested, aborted, protocol-crash, other",
            string.Join(", ", Words<FailureClass>.All)
        );
        Assert.All(
            Enum.GetValues<FailureClass>(),
            failure => Assert.Equal(failure, Words<FailureClass>.Parse(Words<FailureClass>.Of(failure)))
        );
        Assert.Null(Words<FailureClass>.Parse("Dns"));
    }

    [Fact]
    public void Every_way_a_connection_fails_has_its_class()
    {
        IPEndPoint address = IPEndPoint.Parse("192.0.2.1:25");
        Assert.Equal(FailureClass.Dns, FailureClasses.Of(new DnsException("a.test", "no")));
        Assert.Equal(FailureClass.ConnectRefused, FailureClasses.Of(new ConnectRefusedException("e", address, 111)));
        Assert.Equal(
            FailureClass.Unreachable,
            FailureClasses.Of(new UnreachableException("e", address, "no way", 113))
        );
        Assert.Equal(
            FailureClass.PeerFinished,
            FailureClasses.Of(new TransportClosedException(CloseReason.PeerFinished))
        );
        Assert.Equal(FailureClass.Requested, FailureClasses.Of(new TransportClosedException(CloseReason.Requested)));
        Assert.Equal(FailureClass.Aborted, FailureClasses.Of(new TransportClosedException(CloseReason.Aborted)));
        Assert.Equal(FailureClass.Other, FailureClasses.Of(new InvalidOperationException()));
    }

    [Fact]
    public void Only_the_failures_that_are_listed_here_are_other()
    {
        // These end no connection: they are answers to a write or a bind, errors at start, or go to a supervisor.
        string[] endNoConnection =
        [
            nameof(BindException),
            nameof(ReactorConfigurationException),
            nameof(TlsCertificateLoadException),
            nameof(WriteRefusedException),
            nameof(NotConnectedException),
            nameof(DeliveryNotSupportedException),
            nameof(EngineNotAvailableException),
            nameof(EngineFailedException),
        ];

        // These do end a connection, or keep it from being made, and have no class of their own: something in this process
        // failed, or the system reported an error that is no reset.
        string[] endOne =
        [
            nameof(SelectorStoppedException),
            nameof(ConnectorCrashedException),
            nameof(LayerCrashedException),
            nameof(SocketFailureException),
            nameof(FileNotSentException),
            nameof(ProducerFailedException),
            nameof(DescriptorLimitException),
        ];
        string[] unclassified =
        [
            .. typeof(ReactorException)
                .Assembly.GetExportedTypes()
                .Where(type => type.IsSubclassOf(typeof(ReactorException)) && !type.IsAbstract)
                .Where(type =>
                    FailureClasses.Of((Exception)RuntimeHelpers.GetUninitializedObject(type)) == FailureClass.Other
                )
                .Select(type => type.Name),
        ];
        Assert.Equal(
            endNoConnection.Concat(endOne).Order(StringComparer.Ordinal),
            unclassified.Order(StringComparer.Ordinal)
        );
    }
}
