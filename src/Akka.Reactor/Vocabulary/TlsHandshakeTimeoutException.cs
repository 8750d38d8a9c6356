using System;

namespace Akka.Reactor;

/// <summary>
/// The TLS handshake was not complete when <c>handshake-timeout</c> had passed, which is counted from the start of the handshake,
/// however often the peer sent a byte.
/// </summary>
public sealed class TlsHandshakeTimeoutException : TimeoutExceededException
{
    internal TlsHandshakeTimeoutException(TimeSpan timeout)
        : base($"The TLS handshake was not complete after {timeout.TotalSeconds:0.###} s.", timeout) { }
}
