using Akka.Actor;

namespace Akka.Reactor;

/// <summary>
/// A type that is named in the configuration and reads its own <c>options</c> there, once, when the system starts, so that a
/// wrong value is an error at start and not on every connection. A type without this interface takes no options.
/// </summary>
/// <typeparam name="T">
/// What the type makes: <see cref="Props"/> for a protocol, <see cref="Layer"/> for a <see cref="LayerActor"/>,
/// <see cref="INameResolver"/> for a resolver.
/// </typeparam>
public interface IConfigured<out T>
{
    /// <summary>Reads the options and makes what they describe. Unknown keys are rejected when it returns.</summary>
    /// <param name="options">The <c>options</c> block; empty where there is none.</param>
    /// <param name="system">The system, which is still starting: its user actors may not be there yet.</param>
    /// <exception cref="ReactorConfigurationException">A value is not allowed.</exception>
    static abstract T FromConfiguration(SettingsReader options, ActorSystem system);
}
