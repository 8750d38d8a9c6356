using Akka.Actor;
using Akka.Configuration;

namespace Akka.Reactor;

/// <summary>
/// A protocol that reads its <c>options</c> block once, when its listener is configured, so that a wrong value is an error
/// at start and not on every connection. A type without this interface is made with a constructor that takes the block's
/// <see cref="Config"/>, or none.
/// </summary>
public interface IConfiguredProtocol
{
    /// <summary>The Props of which the listener makes an actor for every connection.</summary>
    /// <param name="options">The block; empty where there is none.</param>
    /// <param name="path">The block's full path, for errors.</param>
    /// <param name="system">The system, which is still starting: its user actors may not be there yet.</param>
    /// <exception cref="ReactorConfigurationException">A value is not allowed.</exception>
    static abstract Props FromConfig(Config options, string path, ActorSystem system);
}
