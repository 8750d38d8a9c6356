using System;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>
/// To the manager: make one outgoing connection. The sender is told <see cref="ConnectionMade"/> once it is there with
/// all its layers, or <see cref="ConnectFailed"/>. If the sender stops before that, the connection is given up.
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
/// <param name="Cause">Why; its type says in which step.</param>
public sealed record ConnectFailed(string EndPoint, ReactorException Cause) : INoSerializationVerificationNeeded;

/// <summary>To the manager: start a client. The sender is told <see cref="ClientStarted"/> or <see cref="StartClientFailed"/>.</summary>
/// <param name="Options">What for.</param>
public sealed record StartClient(ClientOptions Options) : INoSerializationVerificationNeeded;

/// <summary>The client is there, and connecting.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Client">
/// Understands <see cref="Reconnect"/>, <see cref="Disconnect"/>, <see cref="Close"/> and <see cref="GetStatus"/>. When it has given
/// up, it stays and answers <see cref="GetStatus"/> with <see cref="ClientState.GaveUp"/>, until it is told <see cref="Close"/>,
/// another client is started under its name, or 100 others have given up since.
/// </param>
/// <param name="Protocol">Its protocol, which survives its connections; it stops when the client gives up.</param>
public sealed record ClientStarted(string Name, IActorRef Client, IActorRef Protocol)
    : INoSerializationVerificationNeeded;

/// <summary>The client could not even start.</summary>
/// <param name="Name">Its name, where it has one.</param>
/// <param name="Cause">What its options say that they must not.</param>
public sealed record StartClientFailed(string? Name, ReactorException Cause) : INoSerializationVerificationNeeded;

/// <summary>To a client: connect now, whatever failed before and however long it was to wait; a connection that is there is closed first.</summary>
public sealed record Reconnect : INoSerializationVerificationNeeded
{
    internal static Reconnect Instance { get; } = new();
}

/// <summary>To a client: close the connection, and make none until <see cref="Reconnect"/>.</summary>
public sealed record Disconnect : INoSerializationVerificationNeeded
{
    internal static Disconnect Instance { get; } = new();
}

/// <summary>What a client is at.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Whether it is connected, and why not.</param>
/// <param name="EndPoint">Where it is connected to, or will try next.</param>
/// <param name="Attempt">
/// The number of the attempt under way or made last, as in <see cref="Connecting"/>; 0 while there is a connection.
/// </param>
public sealed record ClientStatus(string Name, ClientState State, string EndPoint, int Attempt)
    : INoSerializationVerificationNeeded
{
    /// <summary>Why there is no connection; null while one is made or there.</summary>
    public ReactorException? LastFailure { get; init; }

    /// <summary>When the next attempt begins; null unless it is <see cref="ClientState.Waiting"/>.</summary>
    public TimeSpan? RetryIn { get; init; }
}

/// <summary>Whether a client is connected, and why not.</summary>
public enum ClientState
{
    /// <summary>An attempt is under way.</summary>
    Connecting,

    /// <summary>There is a connection.</summary>
    Connected,

    /// <summary>For the next attempt.</summary>
    Waiting,

    /// <summary>After <see cref="Disconnect"/>: until <see cref="Reconnect"/>.</summary>
    Disconnected,

    /// <summary>After <see cref="Close"/>: it ends with its connection.</summary>
    Closing,

    /// <summary>There will be no other attempt; <see cref="ClientStatus.LastFailure"/> is why.</summary>
    GaveUp,
}
