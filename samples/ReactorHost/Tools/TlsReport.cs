using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Akka.Reactor;

namespace ReactorHost.Tools;

/// <summary>Describes what TLS has agreed on and the certificates of the server, for people.</summary>
internal static class TlsReport
{
    internal static string Of(TlsInfo info, DateTimeOffset now)
    {
        StringBuilder text = new();
        string version = info.Protocol switch
        {
            SslProtocols.Tls13 => "TLS 1.3",
            SslProtocols.Tls12 => "TLS 1.2",
            SslProtocols other => other.ToString(),
        };
        text.AppendLine($"secured      {version}, {info.CipherSuite}");
        text.AppendLine($"server name  {info.HostName ?? "none"}");
        text.AppendLine($"ALPN         {info.ApplicationProtocol ?? "none"}");
        text.AppendLine($"resumed      {(info.Resumed ? "yes" : "no")}");
        for (int at = 0; at < info.PeerChain.Count; at++)
        {
            Append(text, at, info.PeerChain[at], now);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, int at, X509Certificate2 certificate, DateTimeOffset now)
    {
        string key =
            certificate.GetECDsaPublicKey() is { } ec ? $"EC, {ec.KeySize} bits"
            : certificate.GetRSAPublicKey() is { } rsa ? $"RSA, {rsa.KeySize} bits"
            : certificate.PublicKey.Oid.FriendlyName ?? certificate.PublicKey.Oid.Value ?? "unknown";
        IEnumerable<string> names = certificate
            .Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(ip => $"{ip}")));
        text.AppendLine($"certificate  {at}");
        text.AppendLine($"  subject    {certificate.Subject}");
        text.AppendLine($"  issuer     {certificate.Issuer}");
        if (string.Join(", ", names) is { Length: > 0 } all)
        {
            text.AppendLine($"  names      {all}");
        }

        text.AppendLine($"  key        {key}");
        text.AppendLine($"  from       {Date(certificate.NotBefore)}");
        text.AppendLine(
            $"  to         {Date(certificate.NotAfter)} ({Left(certificate.NotAfter - now.LocalDateTime)})"
        );
        text.AppendLine(
            $"  SHA-256    {certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)}"
        );
    }

    private static string Left(TimeSpan left) =>
        left < TimeSpan.Zero
            ? "expired"
            : string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalDays} days left");

    private static string Date(DateTime local) =>
        local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
