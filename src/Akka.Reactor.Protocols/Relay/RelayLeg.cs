using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>
/// One of the two connections of a relay. What it receives is written to the other one's transport at once, and no more is
/// received than that one takes: a peer that does not read holds back the peer that sends. The end of a direction is carried
/// over behind all that was received before it, and so is a failure.
/// </summary>
public abstract class RelayLeg : ProtocolActor
{
    // What a write costs the other connection beside its bytes, as its bounds count.
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

    /// <inheritdoc/>
    protected override bool ReadsToEnd => true;

    /// <summary>The other connection is there; until then nothing is taken.</summary>
    private protected void Join(IActorRef other, IActorRef transport, ConnectionOptions options)
    {
        // It may have ended already, when there was nobody to tell.
        _other = Context.Watch(other);
        _otherTransport = transport;

        // What it may owe to its peer. At its high water it would stop reading that peer, who would have to wait for what this
        // one reads: two that both write before they read would stand still. The rest is for what layers add.
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
        // When the other connection has ended we are told so.
        if (failure?.Cause is WriteRefusedException refusal)
        {
            // Somebody else fills it, and there would be a hole in its stream.
            Abort(refusal);
        }
    }

    /// <summary>Whoever is in the middle of something finishes it; what takes too long is the listener's to abort.</summary>
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
                // Without a word: it ended before it knew of us, or has crashed.
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
            // It came to that much after the question.
            Send(ReadOnlySequence<byte>.Empty);
        }
    }

    // Asked at half: a connection that is not full never has to answer.
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
            // The other leg knows, and does the same.
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

    /// <summary>The acknowledgement of so many bytes, with what their writes cost.</summary>
    private sealed record Taken(long Bytes) : INoSerializationVerificationNeeded;

    /// <summary>From the other leg: its peer has finished.</summary>
    private sealed class Finished : INoSerializationVerificationNeeded
    {
        internal static readonly Finished Instance = new();
    }

    /// <summary>From the other leg: its connection has ended.</summary>
    private sealed record Ended(Closed Closed) : INoSerializationVerificationNeeded;
}
