namespace Akka.Reactor;

/// <summary>
/// The class of the failure because of which a client has no connection. The keys of <c>reconnect.on</c> are these names in kebab
/// case, such as <c>connect-refused</c> and <c>tls-certificate</c>.
/// </summary>
public enum FailureClass
{
    /// <summary>The name could not be resolved (<see cref="DnsException"/>).</summary>
    Dns,

    /// <summary>The resolver did not answer (<see cref="DnsTimeoutException"/>).</summary>
    DnsTimeout,

    /// <summary>Nothing listens at the address (<see cref="ConnectRefusedException"/>).</summary>
    ConnectRefused,

    /// <summary>No address answered (<see cref="ConnectTimeoutException"/>).</summary>
    ConnectTimeout,

    /// <summary>The network has no route to the address (<see cref="ConnectUnreachableException"/>).</summary>
    Unreachable,

    /// <summary>Connecting failed for another reason (<see cref="ConnectException"/>).</summary>
    ConnectFailed,

    /// <summary>
    /// A proxy did not open the way, or took too long (<see cref="ProxyException"/>, <see cref="ProxyTimeoutException"/>).
    /// </summary>
    Proxy,

    /// <summary>A proxy does not accept this client (<see cref="ProxyAuthenticationException"/>).</summary>
    ProxyAuthentication,

    /// <summary>The peer's certificate was not accepted (<see cref="TlsCertificateException"/>).</summary>
    TlsCertificate,

    /// <summary>The peer ended TLS with an alert (<see cref="TlsAlertException"/>).</summary>
    TlsAlert,

    /// <summary>
    /// The two sides could not agree on TLS, or TLS failed (<see cref="TlsHandshakeException"/>,
    /// <see cref="TlsProtocolException"/>).
    /// </summary>
    TlsHandshake,

    /// <summary>The TLS handshake took too long (<see cref="TlsHandshakeTimeoutException"/>).</summary>
    TlsHandshakeTimeout,

    /// <summary>The connection was reset (<see cref="ConnectionResetException"/>).</summary>
    Reset,

    /// <summary>
    /// The socket failed for another reason (<see cref="SocketFailureException"/>), or the engine cannot watch its descriptor.
    /// </summary>
    SocketFailure,

    /// <summary>TLS ended without close_notify (<see cref="TruncatedException"/>).</summary>
    Truncated,

    /// <summary>Nothing was sent and nothing was received for too long (<see cref="IdleTimeoutException"/>).</summary>
    IdleTimeout,

    /// <summary>The peer took none of the waiting bytes for too long (<see cref="WriteStallTimeoutException"/>).</summary>
    WriteStall,

    /// <summary>The connection lasted for the longest time that is allowed (<see cref="LifetimeExceededException"/>).</summary>
    Lifetime,

    /// <summary>The peer sent or took too few bytes per second (<see cref="DataRateException"/>).</summary>
    DataRate,

    /// <summary>The peer did something that its protocol forbids (<see cref="PeerViolationException"/>).</summary>
    ProtocolViolation,

    /// <summary>The peer closed the connection in order (<see cref="CloseReason.PeerFinished"/>).</summary>
    PeerFinished,

    /// <summary>The protocol closed the connection (<see cref="CloseReason.Requested"/>).</summary>
    Requested,

    /// <summary>
    /// The protocol aborted the connection (<see cref="CloseReason.Aborted"/>), or the loop that served the connection was stopped.
    /// By default a protocol also aborts for a write that was refused or whose source failed (<see cref="WriteRefusedException"/>,
    /// <see cref="WriteTooLargeException"/>, <see cref="WriteSourceException"/>, <see cref="DeliveryNotSupportedException"/>).
    /// </summary>
    Aborted,

    /// <summary>The protocol threw an exception (<see cref="ProtocolCrashedException"/>).</summary>
    ProtocolCrash,

    /// <summary>
    /// A layer threw an exception (<see cref="LayerCrashedException"/>), or other code that runs while the client connects did so,
    /// such as a function that makes a layer.
    /// </summary>
    LayerCrash,

    /// <summary>The failure is an exception type of the application, derived from <see cref="ReactorException"/>.</summary>
    Other,
}
