using System;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor;

/// <summary>
/// The peer's certificate was rejected, or the peer has none and has to have one. Another attempt would be shown the same
/// certificate. The peer receives an alert (RFC 8446, section 6.2) where the platform makes one; .NET 10 over OpenSSL makes none, and
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

    /// <summary>What is wrong: the name, the chain, or that there is no certificate.</summary>
    public SslPolicyErrors PolicyErrors { get; }

    /// <summary>All flags found along the chain, for example <see cref="X509ChainStatusFlags.UntrustedRoot"/>.</summary>
    public X509ChainStatusFlags ChainStatus { get; }

    /// <summary>The certificate's subject; null where the peer sent none.</summary>
    public string? Subject { get; }

    /// <summary>The host name that the certificate had to be valid for; null where a server checks its client.</summary>
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
}
