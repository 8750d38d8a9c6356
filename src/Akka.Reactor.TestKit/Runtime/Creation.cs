using System;

namespace Akka.Reactor.Simulated;

/// <summary>
/// Holds the driver of the simulation for which the current thread creates an actor system. Akka creates the scheduler by
/// its type name, on the thread that creates the system, and offers no way to pass an object to it.
/// </summary>
internal static class Creation
{
    [ThreadStatic]
    private static Driver? s_driver;

    internal static Driver Driver =>
        s_driver
        ?? throw new InvalidOperationException("Only Simulation.CreateSystem can create a simulated actor system.");

    internal static T For<T>(Driver driver, Func<T> create)
    {
        s_driver = driver;
        try
        {
            return create();
        }
        finally
        {
            s_driver = null;
        }
    }
}
