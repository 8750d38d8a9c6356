namespace Akka.Reactor.Connections;

/// <summary>
/// Closed by a refused write: from then on every write is refused, so that no hole can open in the stream. Opened when there
/// is room and the owner knows: a <see cref="ProtocolActor"/> is asked first, because writes of its that were on their way
/// when there was room would leave ahead of those refused before; other owners are just told.
/// </summary>
internal struct RefusalGate
{
    private bool _asked;
    private bool _refusedSince;

    /// <summary>True while writes are refused.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>A write is refused.</summary>
    internal void Close()
    {
        IsClosed = true;
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

        return Open();
    }

    /// <summary>The owner goes on. True when it may.</summary>
    /// <param name="heardAll">
    /// It has heard of all refusals, and writes nothing until it is told that it may. Otherwise it has heard the question, and has
    /// not heard of what was refused since: if anything was, that has to come before whatever it writes now, and it may not.
    /// </param>
    internal bool Resume(bool heardAll)
    {
        bool open = _asked && (heardAll || !_refusedSince);
        if (open)
        {
            Open();
        }

        return open;
    }

    /// <summary>There is another owner now, who was asked nothing yet. Returns what it is to be told, if anything is.</summary>
    internal Writable? ChangeOwner() => _asked ? Open() : null;

    private Writable Open()
    {
        this = default;
        return Writable.Instance;
    }
}
