using System;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>
/// Makes a client's protocol, and makes it one that outlives its connections: every instance, also after a restart, before
/// its first message.
/// </summary>
internal sealed class ClientProtocolProducer(Props protocol, OfflineTransport offline) : IIndirectActorProducer
{
    public Type ActorType => protocol.Type;

    /// <summary>Props of a protocol that outlives its connections; deployed as the user's say.</summary>
    internal static Props Wrap(Props protocol, OfflineTransport offline) =>
        Props.CreateBy(new ClientProtocolProducer(protocol, offline)).WithDeploy(protocol.Deploy);

    public ActorBase Produce()
    {
        var actor = (ProtocolActor)protocol.NewActor();
        actor.KeepFor(offline);
        return actor;
    }

    public void Release(ActorBase actor) { }
}
