using System;

namespace Akka.Reactor.Layers.Tls;

/// <summary>Converts the exceptions that SslStream throws to our types.</summary>
internal static class TlsFailures
{
    // OpenSSL packs an error as library << 23 | reason. A received alert has the reason 1000 + its number.
    private const int OpenSslLibraryShift = 23;
    private const int OpenSslLibrarySsl = 20;
    private const int OpenSslReasonMask = (1 << OpenSslLibraryShift) - 1;
    private const int OpenSslAlertReason = 1000;

    /// <summary>Returns the close reason of a connection that ends with this failure of TLS.</summary>
    public static CloseReason CloseReasonOf(ReactorException failure) =>
        failure switch
        {
            TruncatedException => CloseReason.Truncated,
            TimeoutExceededException => CloseReason.TimedOut,
            TlsHandshakeShedException => CloseReason.Shed,
            TlsHandshakeException { IsNotTls: true } or TlsProtocolException => CloseReason.ProtocolViolation,
            _ => CloseReason.Failed,
        };

    /// <summary>Returns the failure of a handshake, according to the most exact fact known.</summary>
    public static ReactorException Handshake(
        Exception cause,
        TlsCertificateException? rejection,
        TlsAlert? received,
        TlsAlert? sent
    )
    {
        if (rejection is not null)
        {
            return rejection;
        }

        if ((received ?? AlertIn(cause)) is { } alert)
        {
            return new TlsAlertException(sent: false, alert, cause);
        }

        return sent is { } ours
            ? new TlsAlertException(sent: true, ours, cause)
            : new TlsHandshakeException("The TLS handshake failed: " + Innermost(cause), cause);
    }

    /// <summary>Returns the failure of an established connection.</summary>
    public static ReactorException Established(Exception cause) =>
        AlertIn(cause) is { } alert
            ? new TlsAlertException(sent: false, alert, cause)
            : new TlsProtocolException("A TLS record cannot be processed: " + Innermost(cause), cause);

    private static TlsAlert? AlertIn(Exception cause)
    {
        for (Exception? e = cause; e is not null; e = e.InnerException)
        {
            int number = (e.HResult & OpenSslReasonMask) - OpenSslAlertReason;
            if ((e.HResult >>> OpenSslLibraryShift) == OpenSslLibrarySsl && number is >= 0 and <= byte.MaxValue)
            {
                return (TlsAlert)number;
            }
        }

        return null;
    }

    private static string Innermost(Exception cause)
    {
        Exception e = cause;
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e.Message;
    }
}
