using System.Linq;
using System.Runtime.InteropServices;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The order in which a connection ends for its protocol: an end comes behind everything that was received before, unless bytes were
/// cut off. Also holds what the protocol itself has done to end the connection. Pure. Mutable: keep it in a field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct EndOrder
{
    private Closed? _kept;
    private bool _hasPeerFinished;

    /// <summary>True when the protocol has closed or aborted the connection, or it has ended: nothing is offered any more.</summary>
    internal bool IsClosing { get; private set; }

    /// <summary>True when nothing can be written any more.</summary>
    internal bool IsFinished { get; private set; }

    /// <summary>True while the peer's FIN waits for bytes that came before it.</summary>
    internal bool KeepsPeerFinished { get; private set; }

    /// <summary>Why the protocol has ended the connection; null when it has given no reason.</summary>
    internal ReactorException? Fault { get; private set; }

    /// <summary>The protocol has finished writing.</summary>
    internal void Finish() => IsFinished = true;

    /// <summary>The protocol has closed or aborted the connection.</summary>
    internal void Close()
    {
        IsClosing = true;
        IsFinished = true;
    }

    /// <summary>The connection has ended, and the protocol receives nothing more of it.</summary>
    internal void End() => IsClosing = true;

    /// <summary>The protocol ends the connection for a reason. False when it has given one before, which stands.</summary>
    internal bool Blame(ReactorException reason)
    {
        bool first = Fault is null;
        Fault ??= reason;
        return first;
    }

    /// <summary>The peer has sent its FIN. True when the protocol is to know now.</summary>
    /// <param name="waits">Bytes that came before are still kept.</param>
    internal bool PeerFinishes(bool waits)
    {
        _hasPeerFinished = !IsClosing;
        KeepsPeerFinished = waits;
        return !waits;
    }

    /// <summary>What the peer has finished is TLS, and not the connection.</summary>
    internal void ForgetPeerFinished()
    {
        _hasPeerFinished = false;
        KeepsPeerFinished = false;
    }

    /// <summary>True once when the FIN has waited and the protocol is to know now.</summary>
    internal bool TakePeerFinished()
    {
        bool taken = KeepsPeerFinished && !IsClosing;
        KeepsPeerFinished &= !taken;
        return taken;
    }

    /// <summary>Gives the ends that are kept to the next owner of the connection. True when the peer's FIN is among them.</summary>
    internal bool HandOver()
    {
        (bool peerFinished, KeepsPeerFinished) = (KeepsPeerFinished, false);

        // The transport tells the next owner itself.
        _kept = null;
        return peerFinished;
    }

    /// <summary>The connection has ended. True when the end waits until what came before it was offered.</summary>
    /// <param name="closed">The end.</param>
    /// <param name="suspended">The protocol has suspended reading.</param>
    /// <param name="keepsBytes">Bytes are kept for it.</param>
    /// <param name="readsToEnd">Every end waits, see <see cref="ProtocolActor.ReadsToEnd"/>.</param>
    internal bool TryKeep(Closed closed, bool suspended, bool keepsBytes, bool readsToEnd)
    {
        bool waits =
            closed.Reason == CloseReason.PeerFinished
            || (readsToEnd && closed.Reason is not (CloseReason.Requested or CloseReason.Aborted or CloseReason.Shed));
        if (!suspended || IsClosing || !waits || !(KeepsPeerFinished || keepsBytes))
        {
            return false;
        }

        _kept = closed;
        return true;
    }

    /// <summary>The end that has waited, once; null when none has.</summary>
    internal Closed? TakeKept()
    {
        (Closed? kept, _kept) = (_kept, null);
        return kept;
    }

    /// <summary>The end as the protocol receives it: with its own reason, and without writes that are not its own.</summary>
    internal readonly Closed ForProtocol(Closed closed)
    {
        if (Fault is not null)
        {
            closed = closed with { Reason = Closed.ReasonOf(Fault), Cause = Fault, Logged = true };
        }

        return closed.Undelivered.Any(IOwnAck.IsIn)
            ? closed with
            {
                Undelivered = [.. closed.Undelivered.Where(write => !IOwnAck.IsIn(write))],
            }
            : closed;
    }

    /// <summary>The end as the actor that handed the connection over receives it.</summary>
    internal readonly Closed ForPredecessor(Closed closed) =>
        // A protocol that closes because the peer has finished does what the peer wants.
        closed.Reason == CloseReason.Requested
        && _hasPeerFinished
            ? closed with
            {
                Reason = CloseReason.PeerFinished,
            }
            : closed;
}
