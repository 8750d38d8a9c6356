using System;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>tls</c>: the general settings, and those of one listener or client.</summary>
/// <param name="HandshakeTimeout">Used if a block does not set another.</param>
/// <param name="Protocols">Used if a block does not set others.</param>
internal sealed record TlsReader(TimeSpan HandshakeTimeout, SslProtocols Protocols)
{
    private const string Versions = "tls1.2, tls1.3";

    private static readonly TlsReader s_fallback = new(
        TimeSpan.FromSeconds(10),
        SslProtocols.Tls12 | SslProtocols.Tls13
    );

    internal static TlsReader Read(SettingsReader reader) => s_fallback.With(reader);

    /// <summary>Reads the TLS options of a listener; returns null if there is no certificate.</summary>
    internal TlsServerOptions? ReadServer(SettingsReader reader)
    {
        TlsReader own = With(reader);
        TlsCertificate? certificate = ReadCertificate(reader, "key", "handshake-timeout", "protocols");
        return certificate is null
            ? null
            : new TlsServerOptions(certificate) { HandshakeTimeout = own.HandshakeTimeout, Protocols = own.Protocols };
    }

    /// <summary>Reads the TLS options of a client.</summary>
    /// <param name="reader">The client's <c>tls</c> block.</param>
    /// <param name="defaults">The values that the block leaves out.</param>
    internal static TlsClientOptions ReadClient(SettingsReader reader, ConnectOptions defaults)
    {
        TlsReader own = new TlsReader(defaults.HandshakeTimeout, defaults.Protocols).With(reader);
        TlsClientOptions inherited = defaults.Tls ?? new TlsClientOptions();
        string? hostName = reader.OptionalText("host-name") ?? inherited.HostName;
        TlsClientOptions options =
            hostName is null ? new TlsClientOptions()
            : !string.IsNullOrWhiteSpace(hostName) ? new TlsClientOptions(hostName)
            : throw reader.Error("host-name", "is empty; it must be the name in the server's certificate");
        return options with
        {
            TrustAnchors = ReadAnchors(reader) ?? inherited.TrustAnchors,
            ClientCertificate = ReadCertificate(reader, "key") ?? inherited.ClientCertificate,
            ApplicationProtocols = reader.Texts("application-protocols", inherited.ApplicationProtocols),
            AllowUntrusted = reader.Flag("allow-untrusted", inherited.AllowUntrusted),
            HandshakeTimeout = own.HandshakeTimeout,
            Protocols = own.Protocols,
        };
    }

    private TlsReader With(SettingsReader reader) =>
        new(reader.Duration("handshake-timeout", HandshakeTimeout), ReadProtocols(reader));

    private SslProtocols ReadProtocols(SettingsReader reader)
    {
        if (!reader.Has("protocols"))
        {
            return Protocols;
        }

        SslProtocols protocols = SslProtocols.None;
        foreach (string name in reader.Texts("protocols", []))
        {
            protocols |= name switch
            {
                "tls1.2" => SslProtocols.Tls12,
                "tls1.3" => SslProtocols.Tls13,
                _ => throw reader.Error("protocols", $"contains {name}; the allowed values are {Versions}"),
            };
        }

        return protocols == SslProtocols.None
            ? throw reader.Error("protocols", $"is empty; the allowed values are {Versions}")
            : protocols;
    }

    private static TlsCertificate? ReadCertificate(SettingsReader reader, params ReadOnlySpan<string> without)
    {
        string? certificate = reader.OptionalText("certificate");
        string? key = reader.OptionalText("key");
        if (certificate is null)
        {
            foreach (string other in without)
            {
                if (reader.Written(other) is { } value)
                {
                    throw reader.Error(
                        other,
                        $"is {value}, but the block has no certificate; this setting requires one"
                    );
                }
            }

            return null;
        }

        try
        {
            return TlsCertificate.FromPemFiles(certificate, key);
        }
        catch (TlsCertificateLoadException failure)
        {
            throw reader.Error("certificate", failure.Message, failure);
        }
    }

    private static X509Certificate2Collection? ReadAnchors(SettingsReader reader)
    {
        if (reader.OptionalText("trust-anchors") is not { } path)
        {
            return null;
        }

        try
        {
            return TlsCertificate.ReadPemFile(path);
        }
        catch (TlsCertificateLoadException failure)
        {
            throw reader.Error("trust-anchors", failure.Message, failure);
        }
    }
}
