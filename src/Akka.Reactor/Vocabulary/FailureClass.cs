namespace Akka.Reactor;

/// <summary>
/// Why a client has no connection, as <c>reconnect.on</c> names it, in kebab case: <c>connect-refused</c>,
/// <c>tls-certificate</c>.
/// </summary>
public enum FailureClass
{
    /// <summary>The name could not be resolved (<see cref="DnsException"/>).</summary>
    Dns,

    /// <summary>The resolver did not answer (<see cref="DnsTimeoutException"/>).</summary>
    DnsTimeout,

    /// <summary>Nothing listens there (<see cref="ConnectRefusedException"/>).</summary>
    ConnectRefused,

    /// <summary>No address answered (<see cref="ConnectTimeoutException"/>).</summary>
    ConnectTimeout,

    /// <summary>The network has no way there (<see cref="ConnectUnreachableException"/>).</summary>
    Unreachable,

    /// <summary>Connecting failed for another reason (<see cref="ConnectException"/>).</summary>
    ConnectFailed,

    /// <summary>A proxy opened no way, or took too long (<see cref="ProxyException"/>, <see cref="ProxyTimeoutException"/>).</summary>
    Proxy,

    /// <summary>A proxy does not accept this client (<see cref="ProxyAuthenticationException"/>).</summary>
    ProxyAuthentication,

    /// <summary>The peer's certificate was not accepted (<see cref="TlsCertificateException"/>).</summary>
    TlsCertificate,

    /// <summary>The peer ended TLS with an alert (<see cref="TlsAlertException"/>).</summary>
    TlsAlert,

    /// <summary>TLS could not be agreed on (<see cref="TlsHandshakeException"/>, <see cref="TlsProtocolException"/>).</summary>
    TlsHandshake,

    /// <summary>The handshake took too long (<see cref="TlsHandshakeTimeoutException"/>).</summary>
    TlsHandshakeTimeout,

    /// <summary>The connection was reset (<see cref="ConnectionResetException"/>).</summary>
    Reset,

    /// <summary>
    /// The socket failed for another reason (<see cref="SocketFailureException"/>), or the engine cannot watch its descriptor.
    /// </summary>
    SocketFailure,

    /// <summary>TLS ended without close_notify (<see cref="TruncatedException"/>).</summary>
    Truncated,

    /// <summary>Nothing was sent and nothing came (<see cref="IdleTimeoutException"/>).</summary>
    IdleTimeout,

    /// <summary>The peer took nothing (<see cref="WriteStallTimeoutException"/>).</summary>
    WriteStall,

    /// <summary>The connection lasted as long as it may (<see cref="LifetimeExceededException"/>).</summary>
    Lifetime,

    /// <summary>The peer sent or took too few bytes a second (<see cref="DataRateException"/>).</summary>
    DataRate,

    /// <summary>The peer did what its protocol forbids (<see cref="PeerViolationException"/>).</summary>
    ProtocolViolation,

    /// <summary>The peer closed the connection in order (<see cref="CloseReason.PeerFinished"/>).</summary>
    PeerFinished,

    /// <summary>The protocol closed the connection (<see cref="CloseReason.Requested"/>).</summary>
    Requested,

    /// <summary>
    /// The protocol aborted the connection (<see cref="CloseReason.Aborted"/>), by default also for a write that was refused or whose
    /// source failed (<see cref="WriteRefusedException"/>, <see cref="WriteTooLargeException"/>, <see cref="WriteSourceException"/>,
    /// <see cref="DeliveryNotSupportedException"/>); or the loop that served it was stopped.
    /// </summary>
    Aborted,

    /// <summary>The protocol threw (<see cref="ProtocolCrashedException"/>).</summary>
    ProtocolCrash,

    /// <summary>
    /// A layer threw (<see cref="LayerCrashedException"/>), or other code that runs while the client connects, such as a function that
    /// makes a layer.
    /// </summary>
    LayerCrash,

    /// <summary>A type of the application's own, derived from <see cref="ReactorException"/>.</summary>
    Other,
}
