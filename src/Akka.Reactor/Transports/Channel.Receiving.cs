using System;
using System.Buffers;
using Akka.Reactor.Buffers;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Transports;

// The inbound half: the read credit, and the handling of the results of a receive.
internal sealed partial class Channel
{
    private long _received;
    private long _unconsumed;
    private bool _suspended;
    private int _expected;
    private ReadOnlyMemory<byte> _awaitsSending;

    // The fault that killed the connection while its owner still reads earlier bytes. The connection later ends with this fault.
    private SocketFault _deadOf;
    private int _deadErrno;

    // An error that was taken from the socket before this channel existed. The socket reports an error only once: after the bytes
    // received before, it then reports FIN.
    private IoResult _met;

    private bool WantsToRead =>
        _close.Reads && (_close.CloseRequested || (!_suspended && !IsHeldBack && _unconsumed < Options.MaxUnread));

    // The peer has to read before more is received from it. A dead peer is not held back.
    private bool IsHeldBack => _outbox.IsPressed && _deadOf == SocketFault.None;

    /// <summary>
    /// True while the peer is asked for no more, because the owner has not consumed the received bytes or has no room for its
    /// answers.
    /// </summary>
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
                // The peer has the whole idle timeout again.
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
            // The kernel reports a fault only once, so a result that looks like FIN here is this fault.
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

    /// <summary>Gives received memory back; see <see cref="TransportRef.Release"/>.</summary>
    internal void Release(in ReadOnlySequence<byte> received, bool written)
    {
        if (!written || (_outbox.IsEmpty && CanForget))
        {
            Selector.Loop.ReceiveMemory.Release(received.First);
        }
        else
        {
            // One remembered piece at a time is enough for a peer that reads. The garbage collector frees the others.
            _awaitsSending = CanForget ? received.First : default;
        }
    }

    // True if no sender can need the received memory again. The sender of a refused write may write it again, and the sender of an
    // unacknowledged write may get it back.
    private bool CanForget => _close.AcceptsWrites && !_outbox.Refuses && _undelivered is null;

    private void GiveBackWhatWasSent()
    {
        if (CanForget)
        {
            Selector.Loop.ReceiveMemory.Release(_awaitsSending);
        }

        _awaitsSending = default;
    }

    // Handles a fault while nobody wants to read. A reset ends the connection immediately, unless the owner reads to the end. A
    // mere hang-up (both directions are finished, bytes are unread) is left until somebody reads.
    private void ReceiveFault()
    {
        if (WantsToRead)
        {
            // The channel did not want to read when the fault was noticed. A completion engine may be receiving already and then
            // reports the result.
            Receive();
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

    // Returns true if the owner wants to read to the end and still has bytes to read from before the connection died. The end then
    // waits.
    private bool ReadsToEndBefore(SocketFault fault, int errno)
    {
        if (!Ref.OwnerReadsToEnd || _close.CloseRequested || !_close.Reads || WantsToRead)
        {
            return false;
        }

        DieOf(fault, errno);
        Selector.Mute(this);
        if (WantsToRead)
        {
            // Reading was paused only because of bytes that the peer had not taken.
            UpdateInterest();
        }

        return true;
    }

    // The connection is dead, and the bytes that were received before are not all read: nothing is sent any more.
    private void DieOf(SocketFault fault, int errno)
    {
        if (_deadOf == SocketFault.None)
        {
            (_deadOf, _deadErrno) = (fault, errno);
            DisarmStall();
            if (Ref.OwnerReadsToEnd)
            {
                Tell(NothingIsSent.Instance);
            }
        }
    }

    // Reads a dead connection to its end, a piece at a time, each after the owner had time for the one before. Does nothing while the
    // owner does not want more: it continues when the owner wants more, and with a report of the engine.
    private void ReadRest()
    {
        long before = _received;
        Selector.Loop.Execute(
            new ActionRun(() =>
            {
                try
                {
                    if (_close.Ended || !WantsToRead || Registration is null)
                    {
                        return;
                    }

                    if (_received == before)
                    {
                        Receive();
                    }

                    if (_close.Ended)
                    {
                        return;
                    }

                    if (_received > before)
                    {
                        ReadRest();
                    }
                    else
                    {
                        // A completion engine reports the rest soon. If nothing comes, the connection ends all the same.
                        Selector.Loop.Arm(_death ??= new ChannelDeadline(this), EnginePatience);
                    }
                }
                catch (Exception fault)
                {
                    OnFault(fault);
                }
            })
        );
    }

    private void DeathExpired()
    {
        if (!WantsToRead || Registration is null)
        {
            // The owner still has bytes to consume, or there is no engine to ask. The rest waits in the kernel.
            return;
        }

        long before = _received;
        Receive();
        if (!_close.Ended)
        {
            if (_received == before)
            {
                Fail(_deadOf, _deadErrno);
            }
            else
            {
                ReadRest();
            }
        }
    }

    // The owner has closed, or has suspended reading and does not read to the end.
    private void FailIfNothingIsReadAnyMore()
    {
        bool reads = !_close.CloseRequested && (!_suspended || Ref.OwnerReadsToEnd);
        if (_deadOf != SocketFault.None && !reads && !_close.Ended)
        {
            Fail(_deadOf, _deadErrno);
        }
    }

    private void Fail(SocketFault fault, int errno)
    {
        string text = Selector.Sockets.Describe(errno);
        if (_close.Lingers)
        {
            // Everything was delivered to the kernel, including the FIN, and nothing more is wanted of the peer. Many connections
            // end like this, most of all those of TLS clients.
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
