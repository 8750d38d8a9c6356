using System;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>
/// Creates a client's protocol as one that outlives its connections. Prepares every instance, also after a restart, before its
/// first message.
/// </summary>
internal sealed class ClientProtocolProducer(Props protocol, OfflineTransport offline) : IIndirectActorProducer
{
    public Type ActorType => protocol.Type;

    /// <summary>
    /// Returns Props of a protocol that outlives its connections, with the deployment of <paramref name="protocol"/>.
    /// </summary>
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
