using System;
using System.Buffers;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Connections;

// The inbound half: read credit, and what a receive brings.
internal sealed partial class Channel
{
    private long _received;
    private long _unconsumed;
    private bool _suspended;
    private int _expected;
    private ReadOnlyMemory<byte> _awaitsSending;

    // Met before this was a channel: where what was received before ends, the socket that has told it once says FIN.
    private IoResult _met;

    private bool WantsToRead =>
        _close.Reads
        && _sendFault == SocketFault.None
        && (_close.CloseRequested || (!_suspended && !_outbox.IsPressed && _unconsumed < Options.MaxUnread));

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

        if (result.Succeeded && !_met.Succeeded)
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

    // A fault while nobody wants to read: a reset is noticed at once; a mere hang-up (both directions finished, bytes
    // unread) is left until somebody reads.
    private void ReceiveFault()
    {
        (SocketFault fault, int errno) = Registration!.TakeError(Selector.Sockets);
        (_, fault, errno) = fault == SocketFault.None ? _met : IoResult.Failed(fault, errno);
        if (fault != SocketFault.None)
        {
            Fail(fault, errno);
        }
        else if (WantsToRead)
        {
            Receive();
        }
        else
        {
            Selector.Mute(this);
        }
    }

    private void Fail(SocketFault fault, int errno)
    {
        string text = Selector.Sockets.Describe(errno);
        if (_close.Lingers)
        {
            // Everything was delivered to the kernel, FIN included, and nothing more is wanted of the peer. Many end like
            // this, TLS clients above all.
            End(CloseReason.Requested, null, reset: false);
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
