using System;

namespace Akka.Reactor;

/// <summary>
/// The TLS handshake was not complete after <c>handshake-timeout</c>. The time is counted from the start of the handshake; bytes
/// that the peer sends do not extend it.
/// </summary>
public sealed class TlsHandshakeTimeoutException : TimeoutExceededException
{
    internal TlsHandshakeTimeoutException(TimeSpan timeout)
        : base($"The TLS handshake was not complete after {timeout.TotalSeconds:0.###} s.", timeout) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.TlsHandshakeTimeout;
}
