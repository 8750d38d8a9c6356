using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>Tells a probe everything that happens to it, and does what it is told: a command goes to its transport.</summary>
internal sealed class RecordingProtocol(IActorRef probe) : ProtocolActor
{
    protected override void OnConnected() => probe.Tell(Connection);

    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        probe.Tell(new Received(data));
        return data.Length;
    }

    protected override void OnPeerFinished() => probe.Tell("peer finished");

    protected override void OnWritable() => probe.Tell("writable");

    protected override void OnDeliveryUnknown(DeliveryUnknown unknown) => probe.Tell(unknown);

    protected override void OnWriteFailed(WriteFailed failure) => probe.Tell(failure);

    protected override void OnDraining() => probe.Tell("draining");

    protected override void OnClosed(Closed closed) => probe.Tell(closed);

    protected override void OnNotConnected(Closed closed) => probe.Tell(closed);

    protected override void OnMessage(object message)
    {
        if (message is ITransportCommand[] commands)
        {
            // At once: nothing that the first one sets off can come between.
            Array.ForEach(commands, OnMessage);
        }
        else if (message is ITransportCommand command)
        {
            switch (command)
            {
                case IWriteCommand write:
                    Write(write);
                    break;
                case ProtocolClose:
                    Close();
                    break;
                case ProtocolSuspend:
                    SuspendReading();
                    break;
                default:
                    Transport.Tell(command, Self);
                    break;
            }
        }
        else
        {
            probe.Tell(message);
        }
    }
}

/// <summary>To a <see cref="RecordingProtocol"/>: close by the method, which makes it a protocol that is closing.</summary>
internal sealed record ProtocolClose : ITransportCommand
{
    internal static ProtocolClose Instance { get; } = new();
}

/// <summary>To a <see cref="RecordingProtocol"/>: suspend reading by the method.</summary>
internal sealed record ProtocolSuspend : ITransportCommand
{
    internal static ProtocolSuspend Instance { get; } = new();
}
