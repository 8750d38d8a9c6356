using Akka.Actor;

namespace Akka.Reactor;

/// <summary>
/// To the manager: make one outgoing connection. The sender is told <see cref="ConnectionMade"/> once it is there with
/// all its layers, or <see cref="ConnectFailed"/>.
/// </summary>
/// <param name="EndPoint"><c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>; names are resolved by the system's resolver.</param>
/// <param name="Protocol">Made once the connection is there; must make a <see cref="ProtocolActor"/>.</param>
/// <param name="Options">Null: the configuration's defaults.</param>
public sealed record Connect(string EndPoint, Props Protocol, ConnectOptions? Options = null)
    : INoSerializationVerificationNeeded;

/// <summary>The connection is there.</summary>
/// <param name="Protocol">The actor made for it.</param>
/// <param name="Connection">Its addresses and transport.</param>
public sealed record ConnectionMade(IActorRef Protocol, Connected Connection) : INoSerializationVerificationNeeded;

/// <summary>The connection could not be made.</summary>
/// <param name="EndPoint">As asked for.</param>
/// <param name="Reason">Why; its type says in which step.</param>
public sealed record ConnectFailed(string EndPoint, ReactorException Reason) : INoSerializationVerificationNeeded;
