using System;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor;

/// <summary>
/// The peer's certificate was rejected, or the peer has no certificate although it must have one. Another attempt would meet the
/// same certificate. The peer receives an alert (RFC 8446, section 6.2) if the platform sends one. .NET 10 over OpenSSL sends none;
/// there the peer only sees the connection end.
/// </summary>
public sealed class TlsCertificateException : ReactorException
{
    internal TlsCertificateException(
        string? subject,
        string? hostName,
        string problem,
        Exception? innerException = null
    )
        : base(Describe(subject, hostName, problem), innerException)
    {
        Subject = subject;
        HostName = hostName;
        Problem = problem;
    }

    /// <summary>
    /// The errors that SslStream has found: in the name, in the chain, or that there is no certificate.
    /// <see cref="SslPolicyErrors.None"/> if the certificate was rejected for another reason, such as a pin.
    /// </summary>
    public SslPolicyErrors PolicyErrors { get; internal init; }

    /// <summary>All flags found along the chain, for example <see cref="X509ChainStatusFlags.UntrustedRoot"/>.</summary>
    public X509ChainStatusFlags ChainStatus { get; internal init; }

    /// <summary>
    /// The certificate's subject, in which characters that cannot be printed are replaced; null if the peer sent no certificate.
    /// </summary>
    public string? Subject { get; }

    /// <summary>The host name that the certificate had to be valid for; null if a server checked its client.</summary>
    public string? HostName { get; }

    /// <summary>The pin of the certificate's public key; null if the peer sent no certificate.</summary>
    public TlsPin? Pin { get; internal init; }

    /// <summary>The reason, in words: what is wrong with the certificate.</summary>
    public string Problem { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.TlsCertificate;

    private static string Describe(string? subject, string? hostName, string problem)
    {
        if (subject is null)
        {
            return "The peer presented no certificate.";
        }

        string host = hostName is null ? "" : $" for {hostName}";
        return $"The peer's certificate {subject} was rejected{host}: {problem}.";
    }
}
