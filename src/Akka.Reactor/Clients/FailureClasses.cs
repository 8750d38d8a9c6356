using System;

namespace Akka.Reactor.Clients;

/// <summary>Which class a failure belongs to.</summary>
internal static class FailureClasses
{
    /// <summary>The class of what a connection failed with.</summary>
    internal static FailureClass Of(Exception failure) =>
        failure switch
        {
            DnsException => FailureClass.Dns,
            DnsTimeoutException => FailureClass.DnsTimeout,
            ConnectRefusedException => FailureClass.ConnectRefused,
            ConnectTimeoutException => FailureClass.ConnectTimeout,
            UnreachableException => FailureClass.Unreachable,
            ConnectFailedException => FailureClass.ConnectFailed,
            ProxyAuthenticationException or ProxyMethodException => FailureClass.ProxyAuthentication,
            ProxyException or ProxyTimeoutException => FailureClass.Proxy,
            TlsCertificateException => FailureClass.TlsCertificate,
            TlsAlertException => FailureClass.TlsAlert,
            TlsHandshakeTimeoutException => FailureClass.TlsHandshakeTimeout,
            TlsHandshakeException or TlsProtocolException => FailureClass.TlsHandshake,
            ConnectionResetException => FailureClass.Reset,
            TruncatedException => FailureClass.Truncated,
            IdleTimeoutException => FailureClass.IdleTimeout,
            WriteStallTimeoutException => FailureClass.WriteStall,
            LifetimeExceededException => FailureClass.Lifetime,
            DataRateException => FailureClass.DataRate,
            PeerViolationException => FailureClass.ProtocolViolation,
            ProtocolCrashedException => FailureClass.ProtocolCrash,
            TransportClosedException { Reason: CloseReason.PeerFinished } => FailureClass.PeerFinished,
            TransportClosedException { Reason: CloseReason.Requested } => FailureClass.Requested,
            TransportClosedException { Reason: CloseReason.Aborted } => FailureClass.Aborted,
            _ => FailureClass.Other,
        };
}
