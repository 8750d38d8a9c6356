using System;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>
/// Asks the manager (<see cref="ReactorExtension.Manager"/>) to make one outgoing connection. The sender receives
/// <see cref="ConnectionMade"/> when the connection is established with all its layers, or <see cref="ConnectFailed"/>. If the
/// sender stops before that, the attempt is given up.
/// </summary>
/// <param name="EndPoint">
/// <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>. Names are resolved by
/// <see cref="ConnectOptions.NameResolver"/>, by default the operating system's.
/// </param>
/// <param name="Protocol">
/// The Props of a <see cref="ProtocolActor"/>. The actor is created when the connection is established.
/// </param>
/// <param name="Options">The options of the connection. Null: the configuration's defaults.</param>
public sealed record Connect(string EndPoint, Props Protocol, ConnectOptions? Options = null)
    : INoSerializationVerificationNeeded;

/// <summary>Reports that the connection is established.</summary>
/// <param name="Protocol">The protocol actor that was created for the connection.</param>
/// <param name="Connection">The addresses and the transport of the connection.</param>
public sealed record ConnectionMade(IActorRef Protocol, Connected Connection) : INoSerializationVerificationNeeded;

/// <summary>Reports that the connection could not be made.</summary>
/// <param name="EndPoint">The end point as it was asked for.</param>
/// <param name="Cause">The reason. Its type names the step that failed.</param>
public sealed record ConnectFailed(string EndPoint, ReactorException Cause) : INoSerializationVerificationNeeded;

/// <summary>
/// Asks the manager (<see cref="ReactorExtension.Manager"/>) to start a client. The sender receives <see cref="ClientStarted"/> or
/// <see cref="StartClientFailed"/>.
/// </summary>
/// <param name="Options">The client's end points, protocol and options.</param>
public sealed record StartClient(ClientOptions Options) : INoSerializationVerificationNeeded;

/// <summary>Reports that the client exists and is connecting.</summary>
/// <param name="Name">The client's name.</param>
/// <param name="Client">
/// The client's actor. It accepts <see cref="Reconnect"/>, <see cref="Disconnect"/>, <see cref="Close"/> and
/// <see cref="GetStatus"/>. After the client has given up, the actor stays and answers <see cref="GetStatus"/> with
/// <see cref="ClientState.GaveUp"/>, until it receives <see cref="Close"/>, another client is started under its name, or 100 other
/// clients have given up since.
/// </param>
/// <param name="Protocol">The client's protocol. It survives the client's connections, and stops when the client gives up.</param>
public sealed record ClientStarted(string Name, IActorRef Client, IActorRef Protocol)
    : INoSerializationVerificationNeeded;

/// <summary>Reports that the client could not be started.</summary>
/// <param name="Name">The client's name; null if it has none.</param>
/// <param name="Cause">The reason, such as an option that is not allowed.</param>
public sealed record StartClientFailed(string? Name, ReactorException Cause) : INoSerializationVerificationNeeded;

/// <summary>
/// Asks a client to connect now, without waiting and regardless of earlier failures. An open connection is closed first. A client
/// that is closing or has given up ignores this message.
/// </summary>
public sealed record Reconnect : INoSerializationVerificationNeeded
{
    internal static Reconnect Instance { get; } = new();
}

/// <summary>Asks a client to close the connection, and to make no other one until <see cref="Reconnect"/>.</summary>
public sealed record Disconnect : INoSerializationVerificationNeeded
{
    internal static Disconnect Instance { get; } = new();
}

/// <summary>The status of a client.</summary>
/// <param name="Name">The client's name.</param>
/// <param name="State">Whether the client is connected, and if not, why not.</param>
/// <param name="EndPoint">The end point that the client is connected to, or tries next.</param>
/// <param name="Attempt">
/// The number of the attempt that is under way or was made last, as in <see cref="Connecting"/>; 0 while there is a connection.
/// </param>
public sealed record ClientStatus(string Name, ClientState State, string EndPoint, int Attempt)
    : INoSerializationVerificationNeeded
{
    /// <summary>The reason why there is no connection; null while there is a connection or an attempt is under way.</summary>
    public ReactorException? LastFailure { get; init; }

    /// <summary>The time until the next attempt begins; null unless the state is <see cref="ClientState.Waiting"/>.</summary>
    public TimeSpan? RetryIn { get; init; }
}

/// <summary>The state of a client: whether it is connected, and if not, why not.</summary>
public enum ClientState
{
    /// <summary>An attempt is under way.</summary>
    Connecting,

    /// <summary>There is a connection.</summary>
    Connected,

    /// <summary>The client waits for the time of the next attempt.</summary>
    Waiting,

    /// <summary>The client has received <see cref="Disconnect"/>, and makes no attempt until <see cref="Reconnect"/>.</summary>
    Disconnected,

    /// <summary>The client has received <see cref="Close"/>, and stops when its connection has ended.</summary>
    Closing,

    /// <summary>There will be no further attempt. <see cref="ClientStatus.LastFailure"/> is the reason.</summary>
    GaveUp,
}
