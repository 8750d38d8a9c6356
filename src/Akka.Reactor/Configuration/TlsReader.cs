using System;
using System.Collections.Generic;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Akka.Reactor.Certificates;

namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>tls</c>: the general settings, and those of one listener or client.</summary>
/// <param name="HandshakeTimeout">Used if a block does not set another.</param>
/// <param name="Protocols">Used if a block does not set others.</param>
internal sealed record TlsReader(TimeSpan HandshakeTimeout, SslProtocols Protocols)
{
    private const string Versions = "tls1.2, tls1.3";
    private const string ClientCertificates = "client-certificates";
    private const string ClientTrustAnchors = "client-trust-anchors";
    private const string Applications = "application-protocols";
    private const string Named = "certificates";
    private const string Names = "names";
    private const string StrictSni = "strict-sni";
    private const string PasswordFile = "key-password-file";
    private const string PasswordVariable = "key-password-env";

    private static readonly TlsReader s_fallback = new(
        TimeSpan.FromSeconds(10),
        SslProtocols.Tls12 | SslProtocols.Tls13
    );

    internal static TlsReader Read(SettingsReader reader) => s_fallback.With(reader);

    /// <summary>Reads the TLS options of a listener; returns null if there is no certificate.</summary>
    internal TlsServerOptions? ReadServer(SettingsReader reader)
    {
        TlsReader own = With(reader);
        TlsClientCertificateMode mode = reader.Choice(ClientCertificates, TlsClientCertificateMode.None);
        X509Certificate2Collection? anchors = ReadAnchors(reader, ClientTrustAnchors);
        IReadOnlyList<string> applications = ReadApplications(reader, []);
        IReadOnlyList<TlsNamedCertificate> named = ReadNamed(reader);
        bool strict = reader.Flag(StrictSni, false);
        TlsCertificate? certificate = ReadCertificate(
            reader,
            "handshake-timeout",
            "protocols",
            ClientCertificates,
            ClientTrustAnchors,
            Applications,
            Named,
            StrictSni
        );
        if (anchors is not null && mode == TlsClientCertificateMode.None)
        {
            throw reader.Error(
                ClientTrustAnchors,
                $"is {reader.Written(ClientTrustAnchors)}, but {ClientCertificates} is none, so that no client is asked for a certificate"
            );
        }

        return certificate is null
            ? null
            : new TlsServerOptions(certificate)
            {
                HandshakeTimeout = own.HandshakeTimeout,
                Protocols = own.Protocols,
                ClientCertificates = mode,
                ClientTrustAnchors = anchors,
                ApplicationProtocols = applications,
                Certificates = named,
                StrictSni = strict,
            };
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
            TrustAnchors = ReadAnchors(reader, "trust-anchors") ?? inherited.TrustAnchors,
            ClientCertificate = ReadCertificate(reader) ?? inherited.ClientCertificate,
            ApplicationProtocols = ReadApplications(reader, inherited.ApplicationProtocols),
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

    // The length of a name is one byte (RFC 7301, section 3.1).
    private static IReadOnlyList<string> ReadApplications(SettingsReader reader, IReadOnlyList<string> fallback)
    {
        IReadOnlyList<string> names = reader.Texts(Applications, fallback);
        foreach (string name in names)
        {
            if (Encoding.UTF8.GetByteCount(name) is 0 or > byte.MaxValue)
            {
                throw reader.Error(Applications, $"contains \"{name}\"; a name must have 1 to 255 bytes");
            }
        }

        return names;
    }

    private static TlsCertificate? ReadCertificate(SettingsReader reader, params ReadOnlySpan<string> without)
    {
        string? certificate = reader.OptionalText("certificate");
        string? key = reader.OptionalText("key");
        Func<string?> password = ReadPassword(reader);
        if (certificate is null)
        {
            foreach (string other in (ReadOnlySpan<string>)["key", PasswordFile, PasswordVariable, .. without])
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

        return Load(reader, "certificate", () => TlsCertificate.From(new CertificateFiles(certificate, key, password)));
    }

    private static IReadOnlyList<TlsNamedCertificate> ReadNamed(SettingsReader reader)
    {
        List<TlsNamedCertificate> certificates = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (SettingsReader block in reader.Sections(Named))
        {
            IReadOnlyList<string> names = block.TextOrTexts(Names);
            if (names.Count == 0)
            {
                throw block.Error(Names, "is missing or empty; it must contain at least one name");
            }

            foreach (string name in names)
            {
                if (!CertificateNames.IsAllowed(name))
                {
                    throw block.Error(Names, $"contains {name}; a name must be {CertificateNames.Allowed}");
                }

                if (!seen.Add(CertificateNames.Normal(name)))
                {
                    throw block.Error(
                        Names,
                        $"contains {name}, which appears twice; a name must belong to one certificate"
                    );
                }
            }

            TlsCertificate certificate =
                ReadCertificate(block) ?? throw block.Error("certificate", "is missing; it must be a file");
            certificates.Add(new TlsNamedCertificate(names, certificate));
        }

        return certificates;
    }

    // The password is read for each load. The configuration names where it is, so that it appears in no copy of the configuration.
    private static Func<string?> ReadPassword(SettingsReader reader)
    {
        string? file = reader.OptionalText(PasswordFile);
        string? variable = reader.OptionalText(PasswordVariable);
        if (file is not null && variable is not null)
        {
            throw reader.Error(PasswordFile, $"is {file}, but {PasswordVariable} is given too; only one is allowed");
        }

        return file is not null ? () => FirstLine(CertificateFiles.ReadText(file))
            : variable is not null
                ? () =>
                    Environment.GetEnvironmentVariable(variable)
                    ?? throw new TlsCertificateLoadException($"the environment variable {variable}", "it is not set")
            : () => null;
    }

    // Editors end a file with a line break, which does not belong to the password.
    private static string FirstLine(string text)
    {
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }

    private static X509Certificate2Collection? ReadAnchors(SettingsReader reader, string key) =>
        reader.OptionalText(key) is { } path ? Load(reader, key, () => CertificateFiles.ReadPem(path)) : null;

    private static T Load<T>(SettingsReader reader, string key, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (TlsCertificateLoadException failure)
        {
            throw reader.Error(key, failure.Message, failure);
        }
    }
}
