using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor.Tests.Connections;

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

    protected override void OnMessage(object message)
    {
        if (message is ITransportCommand[] commands)
        {
            // At once: nothing that the first one sets off can come between.
            Array.ForEach(commands, OnMessage);
        }
        else if (message is ITransportCommand command)
        {
            if (command is IWriteCommand write)
            {
                Write(write);
            }
            else
            {
                Transport.Tell(command, Self);
            }
        }
        else
        {
            probe.Tell(message);
        }
    }
}
