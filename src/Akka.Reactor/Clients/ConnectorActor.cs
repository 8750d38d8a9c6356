using System;
using Akka.Actor;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>
/// A client's connection, once: makes it, hands it to the client's protocol, and fails with a typed exception when it cannot
/// be made or has ended. What is done about that is the client's business.
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

    /// <param name="endPoint">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="selector">Whose loop it all runs on.</param>
    /// <param name="resolver">Unless the options name one.</param>
    /// <param name="protocol">The client's protocol, which gets the connection.</param>
    /// <param name="progress">What its client reads.</param>
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

    protected override void OnClosed(Closed closed) => throw ReasonOf(closed);

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

        // The new instance holds back what it is told until it has what was received before: it gets that, and says when it
        // has seen the end.
    }

    private void EndOrCancel()
    {
        if (!_handed)
        {
            Context.Stop(Self);
        }
        else if (!_ends)
        {
            // Once, however often the client is told.
            _ends = true;
            _protocol.Tell(Draining.Instance, Self);
        }
    }

    private Exception ReasonOf(Closed closed) =>
        _crash is { } crash
            ? new ProtocolCrashedException(crash)
            : closed.Cause ?? new TransportClosedException(closed.Reason);

    /// <summary>To the client: there is a connection, with all its layers, and somebody has it.</summary>
    internal sealed class Reached : INoSerializationVerificationNeeded
    {
        internal static readonly Reached Instance = new();
    }

    /// <summary>
    /// What a connector has come to. Its client, on the same loop, reads it when the connector fails: a failure overtakes
    /// <see cref="Reached"/>.
    /// </summary>
    internal sealed class Progress
    {
        internal bool IsConnected { get; set; }
    }

    /// <summary>From the client: its protocol has failed, and has lost its place in the stream.</summary>
    internal sealed record ProtocolCrashed(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>From the client: let the protocol finish and close, or stop connecting.</summary>
    internal sealed class EndConnection : INoSerializationVerificationNeeded
    {
        internal static readonly EndConnection Instance = new();
    }
}
