using System;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Reactor.Simulated;

/// <summary>
/// Runs the mailboxes of all actors that are not on a loop: on the simulation's thread, in the order in which they are
/// scheduled.
/// </summary>
internal sealed class SimulatedDispatcher : MessageDispatcher
{
    private readonly Driver _driver;

    internal SimulatedDispatcher(MessageDispatcherConfigurator configurator, string id, int throughput, Driver driver)
        : base(configurator)
    {
        _driver = driver;
        Id = id;
        Throughput = throughput;
        ShutdownTimeout = TimeSpan.FromSeconds(1);
    }

    protected override void ExecuteTask(IRunnable run) => _driver.Execute(run);

    protected override void Shutdown() { }
}

/// <summary>
/// The configurator that Akka creates for every dispatcher of a simulated system, by the type name in the configuration.
/// </summary>
internal sealed class SimulatedDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly SimulatedDispatcher _dispatcher;

    public SimulatedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        SimulationSetup setup = prerequisites.Settings.Setup.Get<SimulationSetup>().Value;
        _dispatcher = new SimulatedDispatcher(
            this,
#pragma warning disable RS0030 // Akka's own settings, which Akka has checked.
            config.GetString("id"),
            Math.Max(1, config.GetInt("throughput")),
#pragma warning restore RS0030
            setup.Driver
        );
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
