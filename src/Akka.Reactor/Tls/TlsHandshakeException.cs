using System;

namespace Akka.Reactor;

/// <summary>
/// The TLS handshake failed for a reason that is neither a rejected certificate (<see cref="TlsCertificateException"/>)
/// nor an alert (<see cref="TlsAlertException"/>); more exact reasons derive from this class.
/// </summary>
public class TlsHandshakeException : ReactorException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The framework's exception behind it, where there is one.</param>
    public TlsHandshakeException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
