using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Akka.Reactor.Certificates;

namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>tls</c>: the general settings, and those of one listener or client.</summary>
/// <param name="HandshakeTimeout">Used if a block does not set another.</param>
/// <param name="Protocols">Used if a block does not set others.</param>
/// <param name="CipherSuites">Used if a block does not set others; empty for those of the system.</param>
internal sealed record TlsReader(
    TimeSpan HandshakeTimeout,
    SslProtocols Protocols,
    IReadOnlyList<TlsCipherSuite> CipherSuites
)
{
    private const string CipherList = "cipher-suites";
    private const string Versions = "tls1.2, tls1.3";
    private const string ClientCertificates = "client-certificates";
    private const string ClientTrustAnchors = "client-trust-anchors";
    private const string ClientNames = "client-names";
    private const string Applications = "application-protocols";
    private const string Named = "certificates";
    private const string Names = "names";
    private const string StrictSni = "strict-sni";
    private const string PasswordFile = "key-password-file";
    private const string PasswordVariable = "key-password-env";

    private static readonly TlsReader s_fallback = new(
        TimeSpan.FromSeconds(10),
        SslProtocols.Tls12 | SslProtocols.Tls13,
        []
    );

    /// <summary>The options of clients that have no block of their own; null if <see cref="ConnectOptions"/> says everything.</summary>
    internal TlsClientOptions? ForClients =>
        CipherSuites.Count == 0
            ? null
            : new TlsClientOptions
            {
                HandshakeTimeout = HandshakeTimeout,
                Protocols = Protocols,
                CipherSuites = CipherSuites,
            };

    internal static TlsReader Read(SettingsReader reader) => s_fallback.With(reader);

    /// <summary>Reads the TLS options of a listener; returns null if there is no certificate.</summary>
    internal TlsServerOptions? ReadServer(SettingsReader reader)
    {
        TlsReader own = With(reader);
        TlsClientCertificateMode mode = reader.Choice(ClientCertificates, TlsClientCertificateMode.None);
        TlsTrustAnchors? anchors = ReadAnchors(reader, ClientTrustAnchors);
        IReadOnlyList<string> clientNames = reader.TextOrTexts(ClientNames);
        IReadOnlyList<string> applications = ReadApplications(reader, []);
        IReadOnlyList<TlsNamedCertificate> named = ReadNamed(reader);
        bool strict = reader.Flag(StrictSni, false);
        TlsCertificate? certificate = ReadCertificate(
            reader,
            "handshake-timeout",
            "protocols",
            CipherList,
            ClientCertificates,
            ClientTrustAnchors,
            ClientNames,
            Applications,
            Named,
            StrictSni
        );
        foreach (string key in (string[])[ClientTrustAnchors, ClientNames])
        {
            if (reader.Written(key) is { } value && mode == TlsClientCertificateMode.None)
            {
                throw reader.Error(
                    key,
                    $"is {value}, but {ClientCertificates} is none, so that no client is asked for a certificate"
                );
            }
        }

        if (clientNames.FirstOrDefault(name => !CertificateNames.IsAllowed(name)) is { } wrong)
        {
            throw reader.Error(ClientNames, $"contains {wrong}; a name must be {CertificateNames.Allowed}");
        }

        return certificate is null
            ? null
            : new TlsServerOptions(certificate)
            {
                HandshakeTimeout = own.HandshakeTimeout,
                Protocols = own.Protocols,
                CipherSuites = own.CipherSuites,
                ClientCertificates = mode,
                ClientTrustAnchors = anchors,
                ClientNames = clientNames,
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
        TlsClientOptions inherited = defaults.Tls ?? new TlsClientOptions();
        TlsReader own = new TlsReader(defaults.HandshakeTimeout, defaults.Protocols, inherited.CipherSuites).With(
            reader
        );
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
            Verify = reader.Choice("verify", inherited.Verify),
            Pins = ReadPins(reader, inherited.Pins),
            HandshakeTimeout = own.HandshakeTimeout,
            Protocols = own.Protocols,
            CipherSuites = own.CipherSuites,
        };
    }

    private TlsReader With(SettingsReader reader) =>
        new(
            reader.Duration("handshake-timeout", HandshakeTimeout),
            ReadProtocols(reader),
            ReadCipherSuites(reader, CipherSuites)
        );

    private static IReadOnlyList<TlsCipherSuite> ReadCipherSuites(
        SettingsReader reader,
        IReadOnlyList<TlsCipherSuite> fallback
    )
    {
        if (!reader.Has(CipherList))
        {
            return fallback;
        }

        TlsCipherSuite[] suites =
        [
            .. reader
                .Texts(CipherList, [])
                .Select(name =>
                    TlsCipherSuites.Parse(name)
                    ?? throw reader.Error(
                        CipherList,
                        $"contains {name}; a cipher suite must be {TlsCipherSuites.Allowed}"
                    )
                ),
        ];
        try
        {
            _ = TlsCipherSuites.PolicyOf(suites);
            return suites;
        }
        catch (PlatformNotSupportedException cause)
        {
            throw reader.Error(
                CipherList,
                $"is a list, but this system does not allow a choice: {cause.Message}",
                cause
            );
        }
    }

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

    private static IReadOnlyList<TlsPin> ReadPins(SettingsReader reader, IReadOnlyList<TlsPin> fallback) =>
        !reader.Has("pins")
            ? fallback
            :
            [
                .. reader
                    .TextOrTexts("pins")
                    .Select(text =>
                        TlsPin.TryParse(text, out TlsPin? pin)
                            ? pin
                            : throw reader.Error("pins", $"contains {text}; a pin must be {TlsPin.Allowed}")
                    ),
            ];

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

        if (StoredCertificate.IsMeant(certificate))
        {
            return ReadStored(reader, certificate);
        }

        return Load(reader, "certificate", () => TlsCertificate.From(new CertificateFiles(certificate, key, password)));
    }

    private static TlsCertificate ReadStored(SettingsReader reader, string certificate)
    {
        StoredCertificate stored =
            StoredCertificate.Parse(certificate)
            ?? throw reader.Error(
                "certificate",
                $"is {certificate}; with store: it must be {StoredCertificate.Allowed}, with the 40 digits of the thumbprint"
            );
        foreach (string other in (string[])["key", PasswordFile, PasswordVariable])
        {
            if (reader.Written(other) is { } value)
            {
                throw reader.Error(other, $"is {value}, but {stored} is in a store, with its key");
            }
        }

        return Load(reader, "certificate", () => TlsCertificate.From(stored));
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

    private static TlsTrustAnchors? ReadAnchors(SettingsReader reader, string key) =>
        reader.OptionalText(key) is { } path ? Load(reader, key, () => TlsTrustAnchors.FromFile(path)) : null;

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
