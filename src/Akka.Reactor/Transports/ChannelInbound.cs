using System;
using System.Buffers;
using System.Runtime.InteropServices;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Transports;

/// <summary>
/// The inbound half of a channel: the read credit, the handling of the results of a receive, and the last bytes of a connection that is
/// dead. A part of its channel, which is passed to its members: an object of its own would be one more line of memory for each message.
/// Used on the channel's loop only. Mutable: keep it in a field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct ChannelInbound
{
    private long _unconsumed;
    private int _expected;
    private bool _suspended;
    private ReadOnlyMemory<byte> _awaitsSending;

    // The fault that killed the connection while its owner still reads earlier bytes. The connection later ends with this fault.
    private SocketFault _deadOf;
    private int _deadErrno;

    // An error that was taken from the socket before the channel existed. The socket reports an error only once: after the bytes
    // received before, it then reports FIN.
    private IoResult _met;

    /// <summary>The number of bytes that were received and that the owner has not consumed.</summary>
    internal readonly long Unconsumed => _unconsumed;

    /// <summary>The number of bytes received so far.</summary>
    internal long Received { get; private set; }

    /// <summary>True once the connection is dead and only earlier bytes are still read.</summary>
    internal readonly bool IsDead => _deadOf != SocketFault.None;

    /// <summary>True while the channel wants to receive.</summary>
    internal readonly bool Wants(Channel channel) =>
        channel.Ending.Reads
        && (
            channel.Ending.CloseRequested
            || (
                !_suspended
                && !IsHeldBack(channel)
                && !channel.IsPausedForMemory
                && _unconsumed < channel.Options.MaxUnread
            )
        );

    /// <summary>
    /// True while the peer is asked for no more, because the owner has not consumed the received bytes or has no room for its
    /// answers.
    /// </summary>
    internal readonly bool IsBusyWithPeer(Channel channel) =>
        _suspended
        || channel.IsPausedForMemory
        || (channel.Ending.Reads && (channel.Outbound.IsPressed || _unconsumed >= channel.Options.MaxUnread));

    // The peer has to read before more is received from it. A dead peer is not held back.
    private readonly bool IsHeldBack(Channel channel) => channel.Outbound.IsPressed && !IsDead;

    /// <summary>Notes an error that was taken from the socket before the channel existed.</summary>
    internal void Begin(in IoResult met) => _met = met;

    /// <summary>Gives the peer credit for bytes that the owner has consumed.</summary>
    internal void Consume(Channel channel, long bytes)
    {
        _unconsumed = Math.Clamp(_unconsumed - bytes, 0, _unconsumed);
        channel.CountMemory();
    }

    /// <summary>Stops receiving, because the owner wants that.</summary>
    internal void Suspend(Channel channel)
    {
        _suspended = true;
        FailIfNothingIsReadAnyMore(channel);
    }

    /// <summary>Ends <see cref="Suspend"/>.</summary>
    internal void Resume() => _suspended = false;

    /// <summary>Receives once, and handles the result.</summary>
    internal void Receive(Channel channel)
    {
        IoResult result = ReceiveSome(channel);
        if (result.Count > 0)
        {
            return;
        }

        if (IsDead && !result.WouldBlock)
        {
            // The kernel reports a fault only once, so a result that looks like FIN here is this fault.
            channel.Fail(_deadOf, _deadErrno);
        }
        else if (result.Succeeded && !_met.Succeeded)
        {
            channel.Fail(_met.Fault, _met.Errno);
        }
        else if (result.Succeeded)
        {
            channel.Perform(channel.Ending.PeerFin());
            channel.UpdateInterest();
        }
        else if (!result.WouldBlock)
        {
            channel.Fail(result.Fault, result.Errno);
        }
    }

    /// <summary>
    /// Handles a fault. While nobody wants to read, a reset ends the connection immediately, unless the owner reads to the end. A mere
    /// hang-up (both directions are finished, bytes are unread) is left until somebody reads.
    /// </summary>
    internal void ReceiveFault(Channel channel)
    {
        if (Wants(channel))
        {
            // The channel did not want to read when the fault was noticed. A completion engine may be receiving already and then
            // reports the result.
            Receive(channel);
            return;
        }

        (SocketFault fault, int errno) = channel.Registration!.TakeError(channel.Selector.Sockets);
        (_, fault, errno) = fault == SocketFault.None ? _met : IoResult.Failed(fault, errno);
        if (fault == SocketFault.None)
        {
            channel.Selector.Mute(channel);
        }
        else if (!ReadsToEndBefore(channel, fault, errno))
        {
            channel.Fail(fault, errno);
        }
    }

    /// <summary>
    /// Handles a send that has failed. A peer that resets the connection may have said before why: its last bytes are read to their end
    /// and offered, before the owner receives the end. They may still lie in the kernel, and a completion engine hands them over only
    /// later.
    /// </summary>
    internal void SendFailed(Channel channel, in IoResult sent)
    {
        bool isReset =
            sent.Fault is SocketFault.ConnectionReset or SocketFault.ConnectionAborted or SocketFault.TimedOut;
        if (
            isReset
            && channel.Ending.Reads
            && !channel.Ending.CloseRequested
            && (Wants(channel) || channel.Core.ReadsToEnd)
        )
        {
            DieOf(channel, sent.Fault, sent.Errno);
            channel.UpdateInterest();
            ReadRest(channel);
        }
        else
        {
            channel.Fail(sent.Fault, sent.Errno);
        }
    }

    /// <summary>Ends a dead connection when the owner has closed, or has suspended reading and does not read to the end.</summary>
    internal void FailIfNothingIsReadAnyMore(Channel channel)
    {
        bool reads = !channel.Ending.CloseRequested && (!_suspended || channel.Core.ReadsToEnd);
        if (IsDead && !reads && !channel.Ending.Ended)
        {
            channel.Fail(_deadOf, _deadErrno);
        }
    }

    /// <summary>Looks whether the rest of a dead connection has come; ends it if nothing comes.</summary>
    internal void DeathExpired(Channel channel)
    {
        if (!Wants(channel) || channel.Registration is null)
        {
            // The owner still has bytes to consume, or there is no engine to ask. The rest waits in the kernel.
            return;
        }

        long before = Received;
        Receive(channel);
        if (channel.Ending.Ended)
        {
            return;
        }

        if (Received == before)
        {
            channel.Fail(_deadOf, _deadErrno);
        }
        else
        {
            ReadRest(channel);
        }
    }

    /// <summary>Gives received memory back; see <see cref="TransportRef.Release"/>.</summary>
    internal void Release(Channel channel, in ReadOnlySequence<byte> received, bool written)
    {
        if (!written || (channel.Outbound.IsEmpty && channel.Outbound.CanForget))
        {
            channel.Selector.Loop.ReceiveMemory.Release(received.First);
        }
        else
        {
            // One remembered piece at a time is enough for a peer that reads. The garbage collector frees the others.
            _awaitsSending = channel.Outbound.CanForget ? received.First : default;
        }
    }

    /// <summary>Gives back the received memory that was written and is now sent.</summary>
    internal void ReleaseSent(Channel channel)
    {
        if (_awaitsSending.IsEmpty)
        {
            return;
        }

        if (channel.Outbound.CanForget)
        {
            channel.Selector.Loop.ReceiveMemory.Release(_awaitsSending);
        }

        _awaitsSending = default;
    }

    /// <summary>Leaves received memory that may be written again to the garbage collector.</summary>
    internal void ForgetSent() => _awaitsSending = default;

    private IoResult ReceiveSome(Channel channel)
    {
        bool discards = channel.Ending.CloseRequested;
        int max = discards
            ? ReceiveMemory.MaxReceive
            : (int)
                Math.Min(
                    ReceiveMemory.MaxReceive,
                    Math.Min(channel.Options.MaxUnread - _unconsumed, channel.MayReceive)
                );
        ReceiveMemory memory = channel.Selector.Loop.ReceiveMemory;
        Span<byte> room = memory.Room(max, _expected);
        IoResult result = channel.Selector.Engine!.Receive(channel.Registration!, room);
        if (result.Count > 0)
        {
            channel.Touch();
            Received += result.Count;
            channel.Selector.Counters.BytesReceived += result.Count;
            _expected = ReceiveMemory.Expect(result.Count, room.Length);
            if (!discards)
            {
                ReadOnlySequence<byte> data = new(memory.Take(result.Count));
                _unconsumed += result.Count;
                channel.CountMemory();
                channel.Tell(new Received(data));
                if (_unconsumed >= channel.Options.MaxUnread || channel.IsPausedForMemory)
                {
                    channel.UpdateInterest();
                }
            }
        }

        return result;
    }

    // Returns true if the owner wants to read to the end and still has bytes to read from before the connection died. The end then
    // waits.
    private bool ReadsToEndBefore(Channel channel, SocketFault fault, int errno)
    {
        if (!channel.Core.ReadsToEnd || channel.Ending.CloseRequested || !channel.Ending.Reads || Wants(channel))
        {
            return false;
        }

        DieOf(channel, fault, errno);
        channel.Selector.Mute(channel);
        if (Wants(channel))
        {
            // Reading was paused only because of bytes that the peer had not taken.
            channel.UpdateInterest();
        }

        return true;
    }

    // The connection is dead, and the bytes that were received before are not all read: nothing is sent any more.
    private void DieOf(Channel channel, SocketFault fault, int errno)
    {
        if (!IsDead)
        {
            (_deadOf, _deadErrno) = (fault, errno);
            channel.Outbound.StopSending();
            if (channel.Core.IsDescribed)
            {
                channel.Tell(NothingIsSent.Instance);
            }
        }
    }

    // Reads a dead connection to its end, a piece at a time, each after the owner had time for the one before. Does nothing while the
    // owner does not want more: it continues when the owner wants more, and with a report of the engine.
    private readonly void ReadRest(Channel channel)
    {
        long before = Received;
        channel.Later(() => channel.Inbound.ReadMore(channel, before));
    }

    private void ReadMore(Channel channel, long before)
    {
        if (!Wants(channel) || channel.Registration is null)
        {
            return;
        }

        if (Received == before)
        {
            Receive(channel);
        }

        if (channel.Ending.Ended)
        {
            return;
        }

        if (Received > before)
        {
            ReadRest(channel);
        }
        else
        {
            // A completion engine reports the rest soon. If nothing comes, the connection ends all the same.
            channel.Timeouts.ArmDeath();
        }
    }
}
