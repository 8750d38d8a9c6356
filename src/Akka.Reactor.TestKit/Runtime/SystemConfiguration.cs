using Akka.Configuration;

namespace Akka.Reactor.Simulated;

/// <summary>What a simulated system's configuration has to be.</summary>
internal static class SystemConfiguration
{
    // Everything runs on the simulation's thread and on its clock. Loggers would be waited for before anybody can run them;
    // the process's end is nobody's business here.
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

    // A run must not depend on the machine, nor end with a drain that nobody asked for.
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
