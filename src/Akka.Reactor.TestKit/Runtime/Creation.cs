using System;

namespace Akka.Reactor.Simulated;

/// <summary>
/// For whom this thread creates an actor system. Akka makes schedulers and dispatchers by name, with no way to hand them
/// anything; it makes them on the thread that creates the system.
/// </summary>
internal static class Creation
{
    [ThreadStatic]
    private static Driver? s_driver;

    internal static Driver Driver =>
        s_driver
        ?? throw new InvalidOperationException("Only Simulation.CreateSystem can make a simulated actor system.");

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
