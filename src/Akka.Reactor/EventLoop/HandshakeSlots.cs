using System;
using System.Collections.Generic;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// The books of the TLS handshakes of one loop: which of them are worked on, which wait for that, and how much memory those hold that
/// wait for a slot or for their peer. A handshake has a slot only while it is worked on, so that a peer that owes bytes keeps nobody out.
/// Pure.
/// </summary>
/// <param name="most">The number of slots; at least 1.</param>
/// <param name="memory">The memory that the waiting handshakes may hold together, in bytes.</param>
internal sealed class HandshakeSlots(int most, long memory)
{
    // Handshakes that have begun come first: each of them frees much memory when it is done.
    private readonly LinkedList<Handshake> _begun = new();
    private readonly LinkedList<Handshake> _new = new();

    // The handshakes that hold memory while their peer owes bytes, the one that has waited longest first.
    private readonly LinkedList<Handshake> _owed = new();

    /// <summary>The number of handshakes that have a slot.</summary>
    internal int Working { get; private set; }

    /// <summary>The number of handshakes that wait for a slot.</summary>
    internal int Waiting => _begun.Count + _new.Count;

    /// <summary>The memory that the waiting handshakes hold, in bytes.</summary>
    internal long Held { get; private set; }

    /// <summary>The memory that the waiting handshakes may hold, in bytes.</summary>
    internal long Limit => memory;

    /// <summary>True if a handshake waits and a slot is free.</summary>
    internal bool HasNext => Working < most && Waiting > 0;

    /// <summary>
    /// Notes how much memory a handshake holds while it waits. The handshake does not begin to wait again with it: a peer that sends byte
    /// by byte stays as old as it is.
    /// </summary>
    internal void Hold(Handshake handshake, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (handshake.State is HandshakeState.Working or HandshakeState.Over)
        {
            return;
        }

        Held += bytes - handshake.Held;
        handshake.Held = bytes;
        if (bytes == 0)
        {
            handshake.Holding.List?.Remove(handshake.Holding);
        }
        else if (handshake.State == HandshakeState.Owed && handshake.Holding.List is null)
        {
            _owed.AddLast(handshake.Holding);
        }
    }

    /// <summary>The handshake can go on, and waits for a slot. Does nothing if it waits already, has a slot, or is over.</summary>
    internal void Ask(Handshake handshake)
    {
        if (handshake.State == HandshakeState.Owed)
        {
            handshake.State = HandshakeState.Asking;
            handshake.Holding.List?.Remove(handshake.Holding);
            (handshake.HasBegun ? _begun : _new).AddLast(handshake.Asked);
        }
    }

    /// <summary>Gives a slot to the next handshake and returns it; returns null if none waits or no slot is free.</summary>
    internal Handshake? Next()
    {
        if (!HasNext)
        {
            return null;
        }

        Handshake next = (_begun.First ?? _new.First)!.Value;
        next.Asked.List!.Remove(next.Asked);
        Forget(next);
        next.State = HandshakeState.Working;
        next.HasBegun = true;
        Working++;
        return next;
    }

    /// <summary>The peer owes bytes now: the handshake gives its slot back, and begins to wait.</summary>
    internal void Done(Handshake handshake, long bytes)
    {
        if (handshake.State == HandshakeState.Working)
        {
            Working--;
            handshake.State = HandshakeState.Owed;
            Hold(handshake, bytes);
        }
    }

    /// <summary>The handshake is over, whatever its end.</summary>
    internal void Leave(Handshake handshake)
    {
        switch (handshake.State)
        {
            case HandshakeState.Working:
                Working--;
                break;
            case HandshakeState.Asking:
                handshake.Asked.List!.Remove(handshake.Asked);
                Forget(handshake);
                break;
            case HandshakeState.Owed:
                Forget(handshake);
                break;
        }

        handshake.State = HandshakeState.Over;
    }

    /// <summary>
    /// Returns the handshake that has to end if the waiting handshakes hold more memory than they may; otherwise null. It is the one whose
    /// peer has owed bytes for longest, and only if no peer owes any the one that has waited longest for a slot: it is not its fault. One
    /// that holds nothing, such as that of a client, is never ended.
    /// </summary>
    internal Handshake? TooMuch() =>
        Held > memory ? _owed.First?.Value ?? FirstThatHolds(_new) ?? FirstThatHolds(_begun) : null;

    private static Handshake? FirstThatHolds(LinkedList<Handshake> waiting)
    {
        foreach (Handshake handshake in waiting)
        {
            if (handshake.Held > 0)
            {
                return handshake;
            }
        }

        return null;
    }

    private void Forget(Handshake handshake)
    {
        Held -= handshake.Held;
        handshake.Held = 0;
        handshake.Holding.List?.Remove(handshake.Holding);
    }
}

/// <summary>A handshake in the books of <see cref="HandshakeSlots"/>, which alone changes its state.</summary>
internal abstract class Handshake
{
    protected Handshake()
    {
        Asked = new LinkedListNode<Handshake>(this);
        Holding = new LinkedListNode<Handshake>(this);
    }

    /// <summary>What the handshake waits for.</summary>
    internal HandshakeState State { get; set; }

    /// <summary>True once the handshake has had a slot.</summary>
    internal bool HasBegun { get; set; }

    /// <summary>The memory that the handshake holds while it waits, in bytes.</summary>
    internal long Held { get; set; }

    /// <summary>The handshake's place among those that wait for a slot.</summary>
    internal LinkedListNode<Handshake> Asked { get; }

    /// <summary>The handshake's place among those that hold memory while their peer owes bytes.</summary>
    internal LinkedListNode<Handshake> Holding { get; }

    /// <summary>The handshake has a slot: it takes its next step.</summary>
    internal abstract void Begin();

    /// <summary>The handshake has to end: the waiting handshakes hold more memory than they may.</summary>
    /// <param name="held">The memory that they held, in bytes.</param>
    /// <param name="limit">The memory that they may hold, in bytes.</param>
    internal abstract void Shed(long held, long limit);
}

/// <summary>What a <see cref="Handshake"/> waits for.</summary>
internal enum HandshakeState
{
    /// <summary>For its peer, which owes bytes.</summary>
    Owed,

    /// <summary>For a slot.</summary>
    Asking,

    /// <summary>For nothing: it has a slot.</summary>
    Working,

    /// <summary>For nothing: it is over.</summary>
    Over,
}
