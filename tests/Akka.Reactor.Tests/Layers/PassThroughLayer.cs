using Akka.Actor;

namespace Akka.Reactor.Tests.Layers;

/// <summary>A layer that changes nothing.</summary>
internal sealed class PassThroughLayer(IActorRef lower) : LayerActor(lower)
{
    internal static Layer Layer { get; } = new("pass-through", lower => Props.Create<PassThroughLayer>(lower));
}
