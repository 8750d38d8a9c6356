using System.Buffers;
using Akka.Actor;
using Akka.Reactor.Clients.Dial;

namespace Akka.Reactor.Clients;

/// <summary>
/// Makes one connection for a client, hands it to the client's protocol, and stays, without a function, until the connection
/// ends. An end that this side has asked for is reported with <see cref="Ended"/>. If the connection cannot be made or ends in any
/// other way, the connector fails with a typed exception. The client decides what to do then.
/// </summary>
/// <param name="target">The end point, and how the connection is made.</param>
/// <param name="protocol">The client's protocol, which receives the connection.</param>
internal sealed class ConnectorActor(DialTarget target, IActorRef protocol) : ProtocolActor
{
    private readonly OutgoingConnection _outgoing = new(target, Context, reason => throw reason);
    private bool _handed;
    private bool _ends;

    internal static Props Props(DialTarget target, IActorRef protocol) =>
        Akka
            .Actor.Props.Create(() => new ConnectorActor(target, protocol))
            .WithDispatcher(target.Selector.DispatcherId);

    protected override SupervisorStrategy SupervisorStrategy() => _outgoing.Supervision(Log);

    protected override void PreStart() => _outgoing.Start();

    protected override void PostStop() => _outgoing.Stop();

    protected override void OnConnected()
    {
        _handed = true;
        HandTo(protocol);
        Context.Parent.Tell(Reached.Instance, Self);
    }

    // Bytes that arrive before the hand-over are kept for the protocol.
    protected override long OnReceived(ReadOnlySequence<byte> data) => 0;

    protected override void OnPeerFinished() { }

    // The protocol has the connection then, and receives the end itself.
    protected override void OnClosed(Closed closed) { }

    protected override void OnNotConnected(Closed closed) => End(closed);

    private protected override void OnHandedOnEnded(Closed? closed) => End(closed ?? new Closed(CloseReason.Aborted));

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case Akka.Reactor.Abort:
                AbortConnection();
                break;
            case EndConnection when !_handed:
                Context.Stop(Self);
                break;
            case EndConnection when _ends:
                // The protocol receives Draining once, however often the client is asked to end the connection.
                break;
            case EndConnection:
                _ends = true;
                protocol.Tell(Draining.Instance, Self);
                break;
            default:
                if (!_outgoing.Handle(message))
                {
                    base.OnMessage(message);
                }

                break;
        }
    }

    private void AbortConnection()
    {
        Transport.Tell(Akka.Reactor.Abort.Instance, Self);

        // While the hand-over is in progress, the protocol's new instance holds its events back until it has the bytes that were
        // received before. It gets these bytes, and reports when it has seen the end.
        if (!IsHandingOver)
        {
            End(new Closed(CloseReason.Aborted));
        }
    }

    // An end with a cause is a failure, also if this side has closed or aborted the connection because of that cause.
    private void End(Closed closed)
    {
        ReactorException reason = closed.Cause ?? new TransportClosedException(closed.Reason);
        if (closed is not { Cause: null, Reason: CloseReason.Requested or CloseReason.Aborted })
        {
            throw reason;
        }

        Context.Parent.Tell(new Ended(reason), Self);
        Context.Stop(Self);
    }

    /// <summary>Tells the client that the connection exists, with all its layers, and was handed to the protocol.</summary>
    internal sealed class Reached : INoSerializationVerificationNeeded
    {
        internal static readonly Reached Instance = new();
    }

    /// <summary>
    /// Tells the client that the connection has ended because this side has closed or aborted it. The connector stops then.
    /// </summary>
    internal sealed record Ended(ReactorException Reason) : INoSerializationVerificationNeeded;

    /// <summary>Sent by the client to let the protocol finish and close, or to stop connecting.</summary>
    internal sealed class EndConnection : INoSerializationVerificationNeeded
    {
        internal static readonly EndConnection Instance = new();
    }
}
