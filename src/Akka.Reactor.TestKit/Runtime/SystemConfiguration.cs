using Akka.Configuration;

namespace Akka.Reactor.Simulated;

/// <summary>Makes the configuration of a simulated system.</summary>
internal static class SystemConfiguration
{
    // These settings override the caller's. Everything runs on the simulation's thread and on its clock. There are no
    // loggers, because Akka would wait for them before the simulation can run them. The end of the process does not shut
    // the system down.
    private static readonly Config Imposed = ConfigurationFactory.ParseString(
        $$"""
        akka {
          loggers = []
          stdout-loglevel = OFF
          log-dead-letters = off
          scheduler.implementation = "{{typeof(SimulatedScheduler).AssemblyQualifiedName}}"
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          actor {
            default-dispatcher.type = "{{typeof(SimulatedDispatcherConfigurator).AssemblyQualifiedName}}"
            internal-dispatcher.type = "{{typeof(SimulatedDispatcherConfigurator).AssemblyQualifiedName}}"
          }
        }
        """
    );

    // The caller can override these settings. A run must not depend on the machine, and must not end with a drain that the
    // test did not request.
    private static readonly Config Defaults = ConfigurationFactory.ParseString(
        """
        akka.reactor.selectors = 2
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.coordinated-shutdown.phases.service-unbind.timeout = 15s
        """
    );

    internal static Config Of(Config? configuration) =>
        (configuration is null ? Imposed : Imposed.WithFallback(configuration)).WithFallback(Defaults);
}
