namespace Akka.Reactor.Transports;

/// <summary>
/// Closed by a refused write: from then on every write is refused, so that no hole can open in the stream. Opened when there
/// is room and the owner knows: a <see cref="ProtocolActor"/> is asked first, because writes of its that were on their way
/// when there was room would leave ahead of those refused before; other owners are just told.
/// </summary>
internal struct RefusalGate
{
    private bool _asked;
    private bool _refusedSince;

    // Somebody has to write again what was refused. Nobody does while all that was refused can never be accepted.
    private bool _awaited;

    /// <summary>True while writes are refused.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Refuses a write while writes are refused, or when there is no room for it. Null: it is accepted.</summary>
    /// <inheritdoc cref="Judge"/>
    internal ReactorException? Admit(IWriteCommand write, long cost, int limit) =>
        IsClosed ? Refuse(write, cost, limit) : Judge(write, cost, limit);

    /// <summary>Refuses a write for which there is no room, whatever became of those before it. Null: there is.</summary>
    /// <param name="write">Of any kind.</param>
    /// <param name="cost">Of what waits already.</param>
    /// <param name="limit">Of all that waits.</param>
    internal ReactorException? Judge(IWriteCommand write, long cost, int limit)
    {
        long size = WriteCost.SizeOf(write, limit);
        if (size > limit)
        {
            Close(awaited: false);
            return new WriteTooLargeException(size, limit);
        }

        return cost + size > limit ? Refuse(write, cost, limit) : null;
    }

    /// <summary>Refuses a write, to be written again.</summary>
    internal WriteRefusedException Refuse(IWriteCommand write, long cost, int limit)
    {
        // A mark is not written again.
        Close(awaited: write is not Write { Ack: OutboundPace.Mark });
        return new WriteRefusedException(WriteCost.SizeOf(write, limit), cost, limit);
    }

    /// <summary>A write is refused.</summary>
    /// <param name="awaited">Whether the owner waits for <see cref="Writable"/>.</param>
    internal void Close(bool awaited = true)
    {
        IsClosed = true;
        _awaited |= awaited;
        _refusedSince |= _asked;
    }

    /// <summary>There is room. Returns what the owner is to be told, if anything is.</summary>
    /// <param name="origin">Whose gate this is.</param>
    /// <param name="ask">The owner answers with <see cref="ResumeWriting"/>; see <see cref="TransportRef.OwnerPaces"/>.</param>
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

    /// <summary>The owner goes on. Returns what it is to be told when it may; null: it may not.</summary>
    /// <param name="heardAll">
    /// It has heard of all refusals, and writes nothing until it is told that it may. Otherwise it has heard the question, and has
    /// not heard of what was refused since: if anything was, that has to come before whatever it writes now, and it may not.
    /// </param>
    internal WritingResumed? Resume(bool heardAll)
    {
        if (!_asked || (!heardAll && _refusedSince))
        {
            return null;
        }

        return Open() ? WritingResumed.Awaited : WritingResumed.Unawaited;
    }

    /// <summary>There is another owner now, who was asked nothing yet. Returns what it is to be told, if anything is.</summary>
    internal Writable? ChangeOwner() => _asked && Open() ? Writable.Instance : null;

    private bool Open()
    {
        bool awaited = _awaited;
        this = default;
        return awaited;
    }
}
