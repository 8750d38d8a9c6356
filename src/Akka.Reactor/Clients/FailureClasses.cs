using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Clients;

/// <summary>Maps failures to their classes.</summary>
internal static class FailureClasses
{
    /// <summary>Returns the class of the exception that a connection failed with.</summary>
    internal static FailureClass Of(ReactorException failure) =>
        failure switch
        {
            DnsException => FailureClass.Dns,
            DnsTimeoutException => FailureClass.DnsTimeout,
            ConnectRefusedException => FailureClass.ConnectRefused,
            ConnectTimeoutException => FailureClass.ConnectTimeout,
            ConnectUnreachableException => FailureClass.Unreachable,
            ConnectException => FailureClass.ConnectFailed,
            ProxyAuthenticationException => FailureClass.ProxyAuthentication,
            ProxyException or ProxyTimeoutException => FailureClass.Proxy,
            TlsCertificateException => FailureClass.TlsCertificate,
            TlsAlertException => FailureClass.TlsAlert,
            TlsHandshakeTimeoutException => FailureClass.TlsHandshakeTimeout,
            TlsHandshakeException or TlsProtocolException => FailureClass.TlsHandshake,
            ConnectionResetException => FailureClass.Reset,
            SocketFailureException or DescriptorLimitException => FailureClass.SocketFailure,
            TruncatedException => FailureClass.Truncated,
            IdleTimeoutException => FailureClass.IdleTimeout,
            WriteStallTimeoutException => FailureClass.WriteStall,
            LifetimeExceededException => FailureClass.Lifetime,
            DataRateException => FailureClass.DataRate,
            PeerViolationException => FailureClass.ProtocolViolation,
            ProtocolCrashedException => FailureClass.ProtocolCrash,
            LayerCrashedException or ConnectorCrashedException => FailureClass.LayerCrash,
            SelectorStoppedException => FailureClass.Aborted,

            // A protocol aborts its connection for these reasons, because a write is missing in the stream.
            WriteRefusedException or WriteTooLargeException or WriteSourceException or DeliveryNotSupportedException =>
                FailureClass.Aborted,
            TransportClosedException closed => Of(closed.Reason),
            _ => FailureClass.Other,
        };

    private static FailureClass Of(CloseReason reason) =>
        reason switch
        {
            CloseReason.Requested => FailureClass.Requested,
            CloseReason.Aborted => FailureClass.Aborted,
            CloseReason.PeerFinished => FailureClass.PeerFinished,
            CloseReason.Reset => FailureClass.Reset,
            CloseReason.Truncated => FailureClass.Truncated,
            CloseReason.ProtocolViolation => FailureClass.ProtocolViolation,
            _ => FailureClass.SocketFailure,
        };
}
