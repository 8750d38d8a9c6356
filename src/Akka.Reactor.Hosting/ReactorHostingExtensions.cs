using System;
using System.Collections.Generic;
using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Akka.Reactor.Hosting;

/// <summary>Adds Akka.Reactor to an actor system that a .NET host runs.</summary>
public static class ReactorHostingExtensions
{
    /// <summary>
    /// Starts the network with the actor system: the listeners and clients of the configuration, and those that are added here. The
    /// protocols are created by the host's container, so that their constructors may take services; also those that the configuration
    /// names. The start of the host fails if a listener cannot be bound or a setting is wrong.
    /// </summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="configure">Adds listeners, clients and settings. Null: there are those of the configuration only.</param>
    /// <returns>The same builder.</returns>
    public static AkkaConfigurationBuilder WithReactor(
        this AkkaConfigurationBuilder builder,
        Action<ReactorHostingBuilder>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ReactorHostingBuilder reactor = new();
        configure?.Invoke(reactor);
        foreach (var settings in reactor.AllSettings)
        {
            builder.AddHocon(settings, HoconAddMode.Prepend);
        }

        return builder.AddSetup(new ProtocolSetup(InjectedProtocol.Props)).AddStartup(reactor.Start);
    }

    /// <summary>
    /// Adds a health check of the network (<see cref="ReactorHealthCheck"/>): healthy while every listener accepts and every client is
    /// connected.
    /// </summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">
    /// What is reported if a listener does not accept or a client is not connected. Null: <see cref="HealthStatus.Unhealthy"/>.
    /// </param>
    /// <param name="tags">The tags of the check. Null: <c>akka</c> and <c>ready</c>.</param>
    /// <returns>The same builder.</returns>
    public static AkkaConfigurationBuilder WithReactorHealthCheck(
        this AkkaConfigurationBuilder builder,
        string name = "akka-reactor",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithHealthCheck(
            new AkkaHealthCheckRegistration(name, new ReactorHealthCheck(), failureStatus, tags ?? ["akka", "ready"])
        );
    }
}
