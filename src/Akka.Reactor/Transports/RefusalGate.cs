namespace Akka.Reactor.Transports;

/// <summary>
/// A refused write closes the gate. From then on every write is refused: otherwise the stream could miss a write in the middle. The
/// gate opens when there is room and the owner knows of the refusals. A <see cref="ProtocolActor"/> is asked first, because the
/// writes that it has on their way when there is room would leave ahead of the refused ones. Other owners are only notified.
/// </summary>
internal struct RefusalGate
{
    private bool _asked;
    private bool _refusedSince;

    // True if a refused write can be written again. A write that is larger than the whole queue never can.
    private bool _awaited;

    /// <summary>True while writes are refused.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>
    /// Refuses a write while the gate is closed, or when there is no room for it. Returns null when the write is accepted.
    /// </summary>
    /// <param name="write">A write of any kind.</param>
    /// <param name="cost">The cost of the writes that already wait.</param>
    /// <param name="limit">The limit for all waiting writes.</param>
    internal ReactorException? Admit(IWriteCommand write, long cost, int limit)
    {
        long size = WriteCost.SizeOf(write, limit);
        if (!IsClosed && size > limit)
        {
            Close(awaited: false);
            return new WriteTooLargeException(size, limit);
        }

        return IsClosed || cost + size > limit ? Refuse(write, cost, limit) : null;
    }

    /// <summary>Refuses a write that can be written again.</summary>
    internal WriteRefusedException Refuse(IWriteCommand write, long cost, int limit)
    {
        // A mark is not written again.
        Close(awaited: write is not Write { Ack: OutboundPace.Mark });
        return new WriteRefusedException(WriteCost.SizeOf(write, limit), cost, limit);
    }

    /// <summary>Closes the gate, because a write is refused.</summary>
    /// <param name="awaited">Whether the owner waits for <see cref="Writable"/>.</param>
    internal void Close(bool awaited = true)
    {
        IsClosed = true;
        _awaited |= awaited;
        _refusedSince |= _asked;
    }

    /// <summary>Notes that there is room. Returns the message for the owner, or null.</summary>
    /// <param name="origin">The object to which this gate belongs.</param>
    /// <param name="ask">
    /// Whether the owner answers with <see cref="ResumeWriting"/>; see <see cref="OwnerTraits.Paces"/>.
    /// </param>
    internal Writable? Relax(object origin, bool ask)
    {
        if (!IsClosed || _asked)
        {
            return null;
        }

        if (ask)
        {
            _asked = true;
            return new Writable { Origin = origin };
        }

        return Open() ? Writable.Instance : null;
    }

    /// <summary>
    /// Handles the owner's request to resume writing. Returns the message that permits it, or null if the owner may not write yet.
    /// </summary>
    /// <param name="heardAll">
    /// True if the owner has received all refusals and writes nothing until it gets the permission. False if it has received only
    /// the question, and none of the refusals since then. If there was such a refusal, the owner must receive it before it writes,
    /// so it may not write yet.
    /// </param>
    internal WritingResumed? Resume(bool heardAll)
    {
        if (!_asked || (!heardAll && _refusedSince))
        {
            return null;
        }

        return Open() ? WritingResumed.Awaited : WritingResumed.Unawaited;
    }

    /// <summary>Notes a new owner, which has not been asked yet. Returns the message for it, or null.</summary>
    internal Writable? ChangeOwner() => _asked && Open() ? Writable.Instance : null;

    private bool Open()
    {
        bool awaited = _awaited;
        this = default;
        return awaited;
    }
}
