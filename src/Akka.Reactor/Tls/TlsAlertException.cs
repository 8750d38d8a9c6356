using System;

namespace Akka.Reactor;

/// <summary>
/// A fatal TLS alert (RFC 8446 section 6.2) ended the connection, during the handshake or later: under TLS 1.3 a client
/// that rejects the server's certificate says so when the server already counts the handshake as complete.
/// </summary>
public sealed class TlsAlertException : ReactorException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="direction">Who sent the alert.</param>
    /// <param name="alert">What it says.</param>
    /// <param name="innerException">The framework's exception behind it, where there is one.</param>
    public TlsAlertException(TlsAlertDirection direction, TlsAlert alert, Exception? innerException = null)
        : base(
            direction == TlsAlertDirection.Received
                ? $"The peer ended TLS with alert {alert} ({(int)alert})."
                : $"TLS was ended towards the peer with alert {alert} ({(int)alert}).",
            innerException
        )
    {
        Direction = direction;
        Alert = alert;
    }

    /// <summary>Who sent the alert.</summary>
    public TlsAlertDirection Direction { get; }

    /// <summary>What the alert says.</summary>
    public TlsAlert Alert { get; }
}
