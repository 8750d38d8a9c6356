using Akka.Actor;

namespace Akka.Reactor;

/// <summary>
/// A type that the configuration names and that reads its own <c>options</c> there, once, when the system starts. Therefore a
/// wrong value is an error at the start and not on every connection. A type without this interface takes no options.
/// </summary>
/// <typeparam name="T">
/// The object that the type creates: <see cref="Props"/> for a protocol, <see cref="Layer"/> for a <see cref="LayerActor"/>,
/// <see cref="INameResolver"/> for a resolver.
/// </typeparam>
public interface IConfigured<out T>
{
    /// <summary>
    /// Reads the options and creates the object that they describe. When this method returns, unknown keys are rejected.
    /// </summary>
    /// <param name="options">The <c>options</c> block; empty if the configuration has none.</param>
    /// <param name="system">The system, which is still starting: its user actors may not exist yet.</param>
    /// <exception cref="ReactorConfigurationException">A value is not allowed.</exception>
    static abstract T FromConfiguration(SettingsReader options, ActorSystem system);
}
