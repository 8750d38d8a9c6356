using System;

namespace Akka.Reactor;

/// <summary>The handshake was not complete when its total deadline passed, however often the peer sent a byte.</summary>
public sealed class TlsHandshakeTimeoutException : TlsHandshakeException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="timeout">The deadline, counted from the start of the handshake.</param>
    public TlsHandshakeTimeoutException(TimeSpan timeout)
        : base($"The TLS handshake was not complete after {timeout.TotalSeconds:0.###} s.")
    {
        Timeout = timeout;
    }

    /// <summary>The deadline that passed, counted from the start of the handshake.</summary>
    public TimeSpan Timeout { get; }
}
