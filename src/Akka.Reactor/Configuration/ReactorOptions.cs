using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Clients;
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
            Listener = listener,
            Client = client.Connect,
            Reconnect = client.Reconnect.Settle(),
            Listeners = ListenerReader.ReadAll(reader.Section("listeners"), listener, layers, tls, system),
            Clients = client.ReadAll(reader.Section("clients"), layers, system),
        };
        reader.RejectUnknown();
        return settings;
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
