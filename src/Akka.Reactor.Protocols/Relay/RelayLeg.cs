using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>
/// One of the two connections of a relay. It writes the bytes that it receives directly to the transport of the other
/// connection, and receives no more than that connection accepts: a peer that does not read holds back the peer that sends. The
/// end of a direction, and a failure, are passed on after all bytes that were received before them.
/// </summary>
public abstract class RelayLeg : ProtocolActor
{
    // The cost of a write in the bounds of the other connection, in addition to its bytes.
    private const int WriteCost = 128;

    private readonly Tap? _tap;
    private IActorRef? _other;
    private IActorRef? _otherTransport;
    private long _most;
    private long _underWay;
    private bool _asked;
    private bool _peerFinished;
    private bool _otherFinished;

    private protected RelayLeg(bool taps)
    {
        _tap = taps ? Tap.Of(Context.System) : null;
    }

    private long Room => _most - _underWay - WriteCost;

    // KeepsReceived stays true: the bytes are in the queue of the other connection when OnReceived returns.

    /// <inheritdoc/>
    protected override bool ReadsToEnd => true;

    /// <summary>Joins this leg to the other connection. Until then this leg consumes nothing.</summary>
    private protected void Join(IActorRef other, IActorRef transport, ConnectionOptions options)
    {
        // The other leg may have ended already, before it could send Ended to this leg: then Terminated reports its end.
        _other = Context.Watch(other);
        _otherTransport = transport;

        // The most bytes that may wait in the other connection. Above its high-water mark the other connection would stop
        // reading its own peer until that peer has read. Two peers that both write before they read would then stand still. The
        // remaining quarter is for the bytes that layers add.
        _most = Math.Max(Math.Min(options.HighWater, options.WriteQueueLimit) * 3L / 4, 2 * WriteCost);
    }

    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        if (_otherTransport is null)
        {
            return 0;
        }

        ReadOnlySequence<byte> fits = data.Slice(0, Math.Clamp(Room, 0, data.Length));
        if (!fits.IsEmpty)
        {
            _tap?.Show(Log, Connection.Remote, fits);
            Send(fits);
        }

        if (Room <= 0)
        {
            SuspendReading();
        }

        return fits.Length;
    }

    /// <inheritdoc/>
    protected override void OnPeerFinished()
    {
        _peerFinished = true;
        _other?.Tell(Finished.Instance, Self);
        CloseWhenBothFinished();
    }

    /// <inheritdoc/>
    protected override void OnWriteFailed(WriteFailed failure)
    {
        // Every other cause is ignored: if the other connection has ended, its leg reports that.
        if (failure?.Cause is WriteRefusedException refusal)
        {
            // Another actor fills the other connection's queue. Without the refused write the stream would have a gap.
            Abort(refusal);
        }
    }

    /// <summary>
    /// Does nothing: the peers finish what they have begun. The listener aborts a connection that takes too long.
    /// </summary>
    protected override void OnDraining() { }

    /// <inheritdoc/>
    protected override void OnClosed(Closed closed)
    {
        base.OnClosed(closed);
        _other?.Tell(new Ended(closed), Self);
    }

    /// <inheritdoc/>
    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case Taken taken:
                OnTaken(taken.Bytes);
                break;
            case Finished:
                _otherFinished = true;
                CloseWrite();
                CloseWhenBothFinished();
                break;
            case Ended ended:
                _other = null;
                EndAs(ended.Closed);
                break;
            case Terminated when _other is not null:
                // The other leg has stopped without sending Ended: it ended before it knew this leg, or it has crashed.
                _other = null;
                Close(new RelayEndedException(CloseReason.Aborted));
                break;
            case Terminated:
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    private void OnTaken(long bytes)
    {
        _underWay -= bytes;
        _asked = false;
        if (Room > 0)
        {
            ResumeReading();
        }
        else
        {
            // The bound was reached by writes after the one that requested this ack. An empty write requests the next ack.
            Send(ReadOnlySequence<byte>.Empty);
        }
    }

    // Requests an ack when half of the bound is under way, so that the ack can arrive before the bound is reached.
    private void Send(in ReadOnlySequence<byte> data)
    {
        _underWay += data.Length + WriteCost;
        bool asks = !_asked && _underWay >= _most / 2;
        _asked |= asks;
        _otherTransport!.Tell(new Write(data, asks ? new Taken(_underWay) : null), Self);
    }

    private void CloseWhenBothFinished()
    {
        if (_peerFinished && _otherFinished)
        {
            // The other leg knows that both directions are finished, and closes its own connection.
            _other = null;
            Close();
        }
    }

    private void EndAs(Closed other)
    {
        if (other.Reason is CloseReason.Requested or CloseReason.PeerFinished)
        {
            Close();
        }
        else
        {
            Close(new RelayEndedException(other.Reason, other.Cause));
        }
    }

    /// <summary>The acknowledgement of the given number of bytes, which includes the cost of their writes.</summary>
    private sealed record Taken(long Bytes) : INoSerializationVerificationNeeded;

    /// <summary>Sent by the other leg: its peer has finished.</summary>
    private sealed class Finished : INoSerializationVerificationNeeded
    {
        internal static readonly Finished Instance = new();
    }

    /// <summary>Sent by the other leg: its connection has ended.</summary>
    private sealed record Ended(Closed Closed) : INoSerializationVerificationNeeded;
}
