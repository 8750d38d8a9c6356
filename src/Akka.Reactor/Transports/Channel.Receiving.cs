using System;
using System.Buffers;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Transports;

// The inbound half: read credit, and what a receive brings.
internal sealed partial class Channel
{
    private long _received;
    private long _unconsumed;
    private bool _suspended;
    private int _expected;
    private ReadOnlyMemory<byte> _awaitsSending;

    // The connection is dead, and its owner still reads what came before: then it ends with this.
    private SocketFault _deadOf;
    private int _deadErrno;

    // Met before this was a channel: where what was received before ends, the socket that has told it once says FIN.
    private IoResult _met;

    private bool WantsToRead =>
        _close.Reads
        && _sendFault == SocketFault.None
        && (_close.CloseRequested || (!_suspended && !IsHeldBack && _unconsumed < Options.MaxUnread));

    // A peer that is dead need not be held back until it reads.
    private bool IsHeldBack => _outbox.IsPressed && _deadOf == SocketFault.None;

    /// <summary>What the peer has sent is more than its owner has done with, or has room to answer: it is not asked for more.</summary>
    private bool IsBusyWithPeer =>
        _suspended || (_close.Reads && (_outbox.IsPressed || _unconsumed >= Options.MaxUnread));

    private void UpdateInterest()
    {
        if (_close.Ended)
        {
            return;
        }

        Interest interest = WantsToRead ? Interest.Read : Interest.None;
        interest |= _blocked ? Interest.Write : Interest.None;
        if (interest != Interest || Registration is null)
        {
            if ((interest & ~Interest & Interest.Read) != 0)
            {
                // The peer has its whole time again.
                Touch();
            }

            SetInterest(interest);
        }
    }

    private void Receive()
    {
        IoResult result = ReceiveSome();
        if (result.Count > 0)
        {
            return;
        }

        if (_deadOf != SocketFault.None && !result.WouldBlock)
        {
            // The kernel tells a fault once: what looks like a FIN here is none.
            Fail(_deadOf, _deadErrno);
        }
        else if (result.Succeeded && !_met.Succeeded)
        {
            Fail(_met.Fault, _met.Errno);
        }
        else if (result.Succeeded)
        {
            Perform(_close.PeerFin());
            UpdateInterest();
        }
        else if (!result.WouldBlock)
        {
            Fail(result.Fault, result.Errno);
        }
    }

    private IoResult ReceiveSome()
    {
        int max = _close.CloseRequested
            ? ReceiveMemory.MaxReceive
            : (int)Math.Min(ReceiveMemory.MaxReceive, Options.MaxUnread - _unconsumed);
        Span<byte> room = Selector.Loop.ReceiveMemory.Room(max, _expected);
        IoResult result = Selector.Engine!.Receive(Registration!, room);
        if (result.Count > 0)
        {
            Touch();
            _received += result.Count;
            _expected = ReceiveMemory.Expect(result.Count, room.Length);
            if (!_close.CloseRequested)
            {
                ReadOnlySequence<byte> data = new(Selector.Loop.ReceiveMemory.Take(result.Count));
                _unconsumed += result.Count;
                Tell(new Received(data));
                if (_unconsumed >= Options.MaxUnread)
                {
                    UpdateInterest();
                }
            }
        }

        return result;
    }

    /// <summary>See <see cref="TransportRef.Release"/>.</summary>
    internal void Release(in ReadOnlySequence<byte> received, bool written)
    {
        if (!written || (_outbox.IsEmpty && CanForget))
        {
            Selector.Loop.ReceiveMemory.Release(received.First);
        }
        else
        {
            // One at a time is enough for a peer that reads. Of the others the garbage collector takes care.
            _awaitsSending = CanForget ? received.First : default;
        }
    }

    // What was refused is its sender's to write again, and what its peer may not have is its sender's to know.
    private bool CanForget => _close.AcceptsWrites && !_outbox.Refuses && _undelivered is null;

    private void GiveBackWhatWasSent()
    {
        if (CanForget)
        {
            Selector.Loop.ReceiveMemory.Release(_awaitsSending);
        }

        _awaitsSending = default;
    }

    // A fault while nobody wants to read: a reset is noticed at once, unless the owner reads to the end; a mere hang-up (both
    // directions finished, bytes unread) is left until somebody reads.
    private void ReceiveFault()
    {
        if (WantsToRead)
        {
            // It did not when this was noticed. A completion engine may be at it, and says what comes of it.
            Receive();
            return;
        }

        if (_sendFault != SocketFault.None)
        {
            // The end is on its way, behind what the owner has to say to what came before it.
            Selector.Mute(this);
            return;
        }

        (SocketFault fault, int errno) = Registration!.TakeError(Selector.Sockets);
        (_, fault, errno) = fault == SocketFault.None ? _met : IoResult.Failed(fault, errno);
        if (fault != SocketFault.None)
        {
            if (!ReadsToEndBefore(fault, errno))
            {
                Fail(fault, errno);
            }
        }
        else
        {
            Selector.Mute(this);
        }
    }

    // True when the owner has still to read what came before the connection died, and wants to: the end waits for that.
    private bool ReadsToEndBefore(SocketFault fault, int errno)
    {
        if (!Ref.OwnerReadsToEnd || _close.CloseRequested || !_close.Reads || WantsToRead)
        {
            return false;
        }

        if (_deadOf == SocketFault.None)
        {
            (_deadOf, _deadErrno) = (fault, errno);
            DisarmStall();
            Tell(NothingIsSent.Instance);
        }

        Selector.Mute(this);
        if (WantsToRead)
        {
            // Only what the peer had not taken has kept us from reading.
            UpdateInterest();
        }

        return true;
    }

    private void FailIfNothingIsReadAnyMore()
    {
        if (_deadOf != SocketFault.None && _close.CloseRequested && !_close.Ended)
        {
            Fail(_deadOf, _deadErrno);
        }
    }

    private void Fail(SocketFault fault, int errno)
    {
        string text = Selector.Sockets.Describe(errno);
        if (_close.Lingers)
        {
            // Everything was delivered to the kernel, FIN included, and nothing more is wanted of the peer. Many end like
            // this, TLS clients above all.
            End(_close.ThenReset ? CloseReason.Aborted : CloseReason.Requested, null, reset: false);
        }
        else if (fault is SocketFault.ConnectionReset or SocketFault.ConnectionAborted or SocketFault.TimedOut)
        {
            End(CloseReason.Reset, new ConnectionResetException(Remote, errno, text), reset: false);
        }
        else
        {
            End(CloseReason.Failed, new SocketFailureException(Remote, errno, text), reset: false);
        }
    }
}
