using System.Runtime.InteropServices;

namespace Akka.Reactor.Transports;

/// <summary>
/// The cost of the writes that a protocol has sent to its connection and that still wait, as far as the protocol knows. Marks,
/// which the protocol puts between its writes now and then, show it what the kernel has. From the high-water mark until the
/// low-water mark, the protocol is pressed and is offered no received bytes, because its answers would have no room. Pure. Mutable:
/// keep it in a field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct OutboundPace
{
    // Marks of another connection are ignored. If this is null, nothing is counted.
    private readonly Connected? _connection;
    private readonly int _highWater;
    private readonly int _lowWater;
    private readonly int _limit;

    // All in the measure of WriteCost: what was written; how much of it the kernel is known to have; the position of the last mark;
    // and how much was written at the last look.
    private long _written;
    private long _taken;
    private long _mark;
    private long _looked;

    /// <summary>Creates the pace of a connection to which nothing was written yet.</summary>
    internal OutboundPace(Connected connection)
    {
        ConnectionOptions options = connection.Options;
        _connection = options.HighWater == ConnectionOptions.Infinite ? null : connection;
        _highWater = options.HighWater;
        _lowWater = options.LowWater;
        _limit = options.WriteQueueLimit;
    }

    /// <summary>True from the high-water mark until the low-water mark.</summary>
    internal bool IsPressed { get; private set; }

    /// <summary>
    /// True when the protocol is pressed and no mark is on its way that could end that: call <see cref="Look"/> or
    /// <see cref="PutMark"/>.
    /// </summary>
    internal readonly bool IsBlind => IsPressed && _mark <= _taken;

    /// <summary>True if the protocol is held back at all.</summary>
    internal readonly bool Counts => _connection is not null;

    private readonly long Waiting => _written - _taken;

    /// <summary>
    /// Notes a write that was sent to the transport. Returns true when it is time for <see cref="Look"/> or <see cref="PutMark"/>.
    /// </summary>
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

    /// <summary>
    /// Notes the cost of the writes that wait in the transport: these are all writes that the kernel has not taken.
    /// </summary>
    /// <returns>True if a mark is needed, because nothing else would report that these writes are gone.</returns>
    internal bool Look(long cost)
    {
        Advance(_written - cost);
        _looked = _written;
        return Waiting > _lowWater;
    }

    /// <summary>
    /// Creates a mark behind everything written so far. Send it to the transport as the acknowledgement of an empty write.
    /// </summary>
    internal Mark PutMark()
    {
        _mark = _written;
        _looked = _written;
        IsPressed |= Waiting > _highWater;
        return new Mark(_connection!, _written);
    }

    /// <summary>Notes that the kernel has everything before a mark.</summary>
    internal void Take(Mark mark)
    {
        if (ReferenceEquals(mark.Connection, _connection))
        {
            Advance(mark.Written);
        }
    }

    /// <summary>Notes that the transport has drained to the low-water mark. It may have refused marks before.</summary>
    internal void TakeAll() => Advance(_written);

    private void Advance(long taken)
    {
        _taken = taken > _taken ? taken : _taken;
        IsPressed &= Waiting > _lowWater;
    }

    /// <summary>A position in everything that a protocol has written to one connection.</summary>
    internal sealed record Mark(Connected Connection, long Written) : IOwnAck;
}
