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
        SslPolicyErrors policyErrors,
        X509ChainStatusFlags chainStatus,
        string? subject,
        string? hostName,
        Exception? innerException = null
    )
        : base(Describe(policyErrors, chainStatus, subject, hostName), innerException)
    {
        PolicyErrors = policyErrors;
        ChainStatus = chainStatus;
        Subject = subject;
        HostName = hostName;
    }

    /// <summary>The errors: in the name, in the chain, or that there is no certificate.</summary>
    public SslPolicyErrors PolicyErrors { get; }

    /// <summary>All flags found along the chain, for example <see cref="X509ChainStatusFlags.UntrustedRoot"/>.</summary>
    public X509ChainStatusFlags ChainStatus { get; }

    /// <summary>The certificate's subject; null if the peer sent no certificate.</summary>
    public string? Subject { get; }

    /// <summary>The host name that the certificate had to be valid for; null if a server checked its client.</summary>
    public string? HostName { get; }

    private static string Describe(
        SslPolicyErrors policyErrors,
        X509ChainStatusFlags chainStatus,
        string? subject,
        string? hostName
    )
    {
        if (subject is null)
        {
            return "The peer presented no certificate.";
        }

        string chain = chainStatus == X509ChainStatusFlags.NoError ? "" : $" ({chainStatus})";
        string host = hostName is null ? "" : $" for {hostName}";
        return $"The peer's certificate {subject} was rejected{host}: {policyErrors}{chain}.";
    }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.TlsCertificate;
}
