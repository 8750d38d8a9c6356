using Akka.Actor;

namespace Akka.Reactor;

/// <summary>
/// Creates Akka.Reactor's extension: <c>akka.extensions = ["Akka.Reactor.ReactorExtensionProvider, Akka.Reactor"]</c>.
/// </summary>
public sealed class ReactorExtensionProvider : ExtensionIdProvider<ReactorExtension>
{
    /// <inheritdoc/>
    public override ReactorExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
