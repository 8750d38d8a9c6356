using System.Runtime.InteropServices;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>
/// How much of what a protocol has written to its connection still waits, as far as the protocol knows: it learns what the kernel
/// has by marks, which it puts between its writes now and then. Above high water it is pressed until low water, and is offered
/// nothing meanwhile: what it answers would have no room. Pure. Mutable: keep it in a field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct OutboundPace
{
    // Marks of another connection are not this one's. Null: nothing is counted.
    private readonly Connected? _connection;
    private readonly int _highWater;
    private readonly int _lowWater;
    private readonly int _limit;

    // All in the measure of WriteCost: what was written; how much of it the kernel has, as far as is known; where the last mark
    // is; and how much was written when the last look was taken.
    private long _written;
    private long _taken;
    private long _mark;
    private long _looked;

    /// <summary>Nothing was written to this connection yet.</summary>
    internal OutboundPace(Connected connection)
    {
        ConnectionOptions options = connection.Options;
        _connection = options.HighWater == ConnectionOptions.Infinite ? null : connection;
        _highWater = options.HighWater;
        _lowWater = options.LowWater;
        _limit = options.WriteQueueLimit;
    }

    /// <summary>True from high water until low water.</summary>
    internal bool IsPressed { get; private set; }

    /// <summary>
    /// True when it is pressed and no mark is on its way that would say otherwise: <see cref="Look"/> or <see cref="PutMark"/> now.
    /// </summary>
    internal readonly bool IsBlind => IsPressed && _mark <= _taken;

    private readonly long Waiting => _written - _taken;

    /// <summary>A write was told to the transport. True when it is time to <see cref="Look"/>, or to <see cref="PutMark"/>.</summary>
    internal bool Wrote(IWriteCommand write)
    {
        if (_connection is null)
        {
            return false;
        }

        _written += WriteCost.Of(write, _limit);
        if (_written - _looked > _lowWater || (Waiting > _highWater && _mark <= _taken))
        {
            return true;
        }

        IsPressed |= Waiting > _highWater;
        return false;
    }

    /// <summary>The transport says what waits in it, which is all that was written and is not taken.</summary>
    /// <returns>True when a mark is needed: nobody else would say when that is gone.</returns>
    internal bool Look(long cost)
    {
        Advance(_written - cost);
        _looked = _written;
        return Waiting > _lowWater;
    }

    /// <summary>A mark behind all that was written, to be told to the transport as the acknowledgement of a write of nothing.</summary>
    internal Mark PutMark()
    {
        _mark = _written;
        _looked = _written;
        IsPressed |= Waiting > _highWater;
        return new Mark(_connection!, _written);
    }

    /// <summary>The kernel has everything before a mark.</summary>
    internal void Take(Mark mark)
    {
        if (ReferenceEquals(mark.Connection, _connection))
        {
            Advance(mark.Written);
        }
    }

    /// <summary>The transport is down to low water, and may have refused marks before.</summary>
    internal void TakeAll() => Advance(_written);

    private void Advance(long taken)
    {
        _taken = taken > _taken ? taken : _taken;
        IsPressed &= Waiting > _lowWater;
    }

    /// <summary>Behind so much of what a protocol has written to one connection.</summary>
    internal sealed record Mark(Connected Connection, long Written) : INoSerializationVerificationNeeded;
}
