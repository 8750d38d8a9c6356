using System.Buffers;
using Akka.Event;

namespace Akka.Reactor.Protocols;

/// <summary>What a <see cref="ProtocolSession"/> calls: the members that a protocol's author overrides, see <see cref="ProtocolActor"/>.</summary>
internal interface IProtocolHooks
{
    ILoggingAdapter Log { get; }

    bool KeepsReceived { get; }

    bool ReadsToEnd { get; }

    /// <summary>The actor has stopped and receives no messages any more. Read on any thread.</summary>
    bool HasStopped { get; }

    /// <summary>Lets the protocol's members act on a session. Returns the session on which they have acted.</summary>
    ProtocolSession ActOn(ProtocolSession session);

    void OnConnected();

    void OnSecured(TlsInfo info);

    void OnTlsStopped();

    long OnReceived(in ReadOnlySequence<byte> data);

    void OnPeerFinished();

    void OnWritable();

    void OnWriteQueueEmpty();

    void OnWriteFailed(WriteFailed failure);

    void OnDeliveryUnknown(DeliveryUnknown unknown);

    void OnDraining();

    void OnClosed(Closed closed);

    /// <summary>The connection has ended before it was established: a handshake has failed.</summary>
    void OnNotConnected(Closed closed);

    /// <summary>A connection that was handed on has ended; null: its next owner has stopped, and has not said how.</summary>
    void OnHandedOnEnded(Closed? closed);

    /// <summary>The session is over, and must not be used any more.</summary>
    void OnSessionOver();

    /// <summary>A message that is not the connection's.</summary>
    void OnOther(object message);
}
