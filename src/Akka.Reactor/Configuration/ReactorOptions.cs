using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Clients;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Listeners;
using Akka.Reactor.Polling;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Configuration;

/// <summary>All settings under <c>akka.reactor</c>, read and checked once.</summary>
internal sealed record ReactorOptions
{
    internal const string Path = "akka.reactor";

    // With memory-limit = auto, the share of the memory that the garbage collector may use, in percent.
    private const long MemoryShare = 25;

    private static readonly TimeRange s_expiryWarning = TimeRange.Finite with { Most = TimeSpan.FromDays(365) };

    private const long LeastMemoryLimit = 64 * 1024;

    private const long LeastHandshakeMemory = 1024 * 1024;

    internal required string Engine { get; init; }

    internal required int Selectors { get; init; }

    internal required int Throughput { get; init; }

    /// <summary>How long an actor may hold its loop before a warning is logged; if negative, there is no warning.</summary>
    internal required TimeSpan StallWarning { get; init; }

    /// <summary>The limit for the memory that all connections hold together, in bytes.</summary>
    internal required long MemoryLimit { get; init; }

    /// <summary>The shutdown timeout of the loops' dispatchers.</summary>
    internal required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>The time between two looks at the files of certificates; it may be infinite.</summary>
    internal required TimeSpan CertificateCheckInterval { get; init; }

    /// <summary>The time before the end of a certificate at which the warnings begin.</summary>
    internal required TimeSpan CertificateExpiryWarning { get; init; }

    /// <summary>The number of TLS handshakes of a loop that are worked on at the same time.</summary>
    internal required int MaxHandshakes { get; init; }

    /// <summary>The memory that the waiting TLS handshakes of a loop may hold, in bytes.</summary>
    internal required long HandshakeMemory { get; init; }

    /// <summary>The id of the dispatcher that does the work of TLS handshakes; null: each loop does its own.</summary>
    internal required string? HandshakeDispatcher { get; init; }

    internal required ListenerOptions Listener { get; init; }

    internal required ConnectOptions Client { get; init; }

    internal required ReconnectOptions Reconnect { get; init; }

    internal required IReadOnlyList<CheckedListener> Listeners { get; init; }

    internal required IReadOnlyList<CheckedClientOptions> Clients { get; init; }

    /// <exception cref="ReactorConfigurationException">A key is unknown or a value is not allowed.</exception>
    internal static ReactorOptions Read(ActorSystem system)
    {
        SettingsReader reader = SettingsReader.Of(system.Settings.Config, Path);
        reader.OwnFailureClasses = ReadFailureClasses(reader);
        ConnectionOptions connection = ConnectionReader.Read(reader.Section("connection"), ConnectionOptions.Default);
        SettingsReader tlsBlock = reader.Section("tls");
        TlsReader tls = TlsReader.Read(tlsBlock);
        LayerCatalog layers = LayerCatalog.Read(reader.Section("layers"), system);
        ListenerOptions listener = ListenerReader.Read(
            reader.Section("listener"),
            new ListenerOptions { Connection = connection }
        );
        ClientReader client = ClientReader.Read(reader.Section("client"), connection, tls, system);
        reader.ConnectDefaults = client.Connect;
        ReactorOptions settings = new()
        {
            Engine = reader.Choice("engine", "auto", Platforms.EngineNames),
            Selectors =
                reader.Options.OrWord<int>(
                    "selectors",
                    "auto",
                    null,
                    (key, count, or) => reader.Options.Count(key, count, 1, 1024, or)
                ) ?? Environment.ProcessorCount,
            Throughput = reader.Count("throughput", 64, 1),
            StallWarning = reader.Duration("stall-warning", TimeSpan.FromMilliseconds(100)),
            MemoryLimit = reader.OptionalText("memory-limit") switch
            {
                null or "auto" => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 100 * MemoryShare,
                "infinite" => MemoryBudget.Infinite,
                _ => reader.LongSize("memory-limit", 0, LeastMemoryLimit),
            },
            ShutdownTimeout = reader.Duration("shutdown-timeout", TimeSpan.FromSeconds(1), infinite: false),
            CertificateCheckInterval = tlsBlock.Duration("certificate-check-interval", TimeSpan.FromSeconds(10)),
            CertificateExpiryWarning = tlsBlock.Options.Duration(
                "certificate-expiry-warning",
                TimeSpan.FromDays(14),
                s_expiryWarning
            ),
            MaxHandshakes = tlsBlock.Count("max-handshakes", HandshakeRules.Default.Most, 1),
            HandshakeMemory = tlsBlock.LongSize(
                "handshake-memory",
                HandshakeRules.Default.Memory,
                LeastHandshakeMemory
            ),
            HandshakeDispatcher = ReadDispatcher(tlsBlock, system),
            Listener = listener,
            Client = client.Connect,
            Reconnect = client.Reconnect.Settle(),
            Listeners = ListenerReader.ReadAll(reader.Section("listeners"), listener, layers, tls, system),
            Clients = client.ReadAll(reader.Section("clients"), layers, system),
        };
        reader.RejectUnknown();
        return settings;
    }

    private static string? ReadDispatcher(SettingsReader tls, ActorSystem system)
    {
        const string key = "handshake-dispatcher";
        string? id = tls.OptionalText(key);
        return id is null or "none" ? null
            : system.Dispatchers.HasDispatcher(id) ? id
            : throw tls.Error(
                key,
                $"is {id}, but the configuration has no dispatcher at that path; it must be the path of a dispatcher, or none"
            );
    }

    private static IReadOnlyList<string> ReadFailureClasses(SettingsReader reader)
    {
        IReadOnlyList<string> names = reader.Texts("failure-classes", []);
        foreach (string name in names)
        {
            if (FailureClass.WhyNotNamed(name) is { } problem)
            {
                throw reader.Error("failure-classes", $"contains {name}, which {problem}");
            }
        }

        return names;
    }
}
