using System;
using Akka.Actor;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>
/// Makes one connection for a client and hands it to the client's protocol. Fails with a typed exception when the connection
/// cannot be made or has ended. The client decides what to do then.
/// </summary>
internal sealed class ConnectorActor : OutgoingActor
{
    private readonly IActorRef _protocol;
    private readonly Progress _progress;
    private Exception? _crash;
    private bool _handed;
    private bool _ends;

    public ConnectorActor(
        ReactorEndPoint endPoint,
        ConnectOptions options,
        Selector selector,
        INameResolver resolver,
        IActorRef protocol,
        Progress progress
    )
        : base(endPoint, options, selector, resolver)
    {
        _progress = progress;
        _protocol = protocol;
    }

    /// <param name="endPoint">The end point to connect to.</param>
    /// <param name="options">How the connection is made.</param>
    /// <param name="selector">The selector whose loop runs the connector and the connection.</param>
    /// <param name="resolver">Resolves names, unless the options name another resolver.</param>
    /// <param name="protocol">The client's protocol, which receives the connection.</param>
    /// <param name="progress">The progress, which the client reads.</param>
    internal static Props Props(
        ReactorEndPoint endPoint,
        ConnectOptions options,
        Selector selector,
        INameResolver resolver,
        IActorRef protocol,
        Progress progress
    ) =>
        Akka
            .Actor.Props.Create(() => new ConnectorActor(endPoint, options, selector, resolver, protocol, progress))
            .WithDispatcher(selector.DispatcherId);

    protected override void OnConnected()
    {
        _handed = true;
        HandTo(_protocol);
        _progress.IsConnected = true;
        Context.Parent.Tell(Reached.Instance, Self);
    }

    // The protocol that has the connection then is told of its end itself.
    protected override void OnClosed(Closed closed)
    {
        if (!_handed)
        {
            throw ReasonOf(closed);
        }
    }

    protected override void OnNotConnected(Closed closed) => throw ReasonOf(closed);

    private protected override void OnUnreachable(ReactorException reason) => throw reason;

    private protected override void OnHandedOnEnded(Closed? closed) =>
        throw ReasonOf(closed ?? new Closed(CloseReason.Aborted));

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case ProtocolCrashed crashed:
                OnProtocolCrashed(crashed.Cause);
                break;
            case EndConnection:
                EndOrCancel();
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    private void OnProtocolCrashed(Exception cause)
    {
        _crash = cause;
        Transport.Tell(Akka.Reactor.Abort.Instance, Self);
        if (!IsHandingOver)
        {
            throw new ProtocolCrashedException(cause);
        }

        // The hand-over is still in progress. The protocol's new instance holds its events back until it has the bytes that
        // were received before. It gets these bytes, and reports when it has seen the end.
    }

    private void EndOrCancel()
    {
        if (!_handed)
        {
            Context.Stop(Self);
        }
        else if (!_ends)
        {
            // The message is sent once, however often the client is asked to end the connection.
            _ends = true;
            _protocol.Tell(Draining.Instance, Self);
        }
    }

    private Exception ReasonOf(Closed closed) =>
        _crash is { } crash
            ? new ProtocolCrashedException(crash)
            : closed.Cause ?? new TransportClosedException(closed.Reason);

    /// <summary>Tells the client that the connection exists, with all its layers, and was handed to the protocol.</summary>
    internal sealed class Reached : INoSerializationVerificationNeeded
    {
        internal static readonly Reached Instance = new();
    }

    /// <summary>
    /// The progress of a connector. Its client, on the same loop, reads it when the connector fails, because a failure
    /// overtakes <see cref="Reached"/>.
    /// </summary>
    internal sealed class Progress
    {
        internal bool IsConnected { get; set; }
    }

    /// <summary>Sent by the client: its protocol has failed, and has lost its position in the stream.</summary>
    internal sealed record ProtocolCrashed(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>Sent by the client to let the protocol finish and close, or to stop connecting.</summary>
    internal sealed class EndConnection : INoSerializationVerificationNeeded
    {
        internal static readonly EndConnection Instance = new();
    }
}
