using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Transports;

/// <summary>Opens the sources of a <see cref="SourceLine"/> and receives their pieces.</summary>
internal interface ISourceOpener
{
    /// <summary>Creates a pump for the source of a <see cref="WriteFile"/> or <see cref="WriteFrom"/>.</summary>
    SourcePump Open(IWriteCommand write);
}

/// <summary>
/// The writes of a transport whose bytes come from a source, which are sent one at a time, and all writes behind them. Asks for the
/// next piece when its user reports that the previous piece is gone. The user decides where the pieces go.
/// </summary>
/// <param name="opener">Opens a source.</param>
/// <param name="limit">The transport's limit of queued bytes.</param>
internal sealed class SourceLine(ISourceOpener opener, int limit)
{
    private readonly Queue<PendingWrite> _waiting = new();

    /// <summary>The pump of the current source; null while there is none.</summary>
    internal SourcePump? Pump { get; private set; }

    /// <summary>True while a source is being sent. Everything else then has to wait behind it.</summary>
    internal bool IsActive => Pump is not null;

    /// <summary>The write of the source that is being sent, or of the last source.</summary>
    internal PendingWrite Current { get; private set; }

    /// <summary>The cost of the writes that wait behind the current source; see <see cref="WriteCost"/>.</summary>
    internal long Cost { get; private set; }

    /// <summary>The number of bytes of the current source that are gone.</summary>
    internal long Sent { get; private set; }

    /// <summary>True when a write waits that can be neither refused nor left out; see <see cref="Write.IsNeverRefused"/>.</summary>
    internal bool HoldsAccepted => _waiting.Any(waiting => waiting.Write is Write { IsNeverRefused: true });

    /// <summary>True while writes wait, behind a source or for another reason.</summary>
    internal bool HasWaiting => _waiting.Count > 0;

    /// <summary>
    /// Makes a source the current one. There must be no current source. The source is not asked for anything yet.
    /// </summary>
    internal void Begin(PendingWrite source)
    {
        Current = source;
        Sent = 0;
        Pump = opener.Open(source.Write);
    }

    /// <summary>Puts a write of any kind behind the current source.</summary>
    internal void Wait(PendingWrite write)
    {
        Cost += WriteCost.Of(write.Write, limit);
        _waiting.Enqueue(write);
    }

    /// <summary>Returns whether an answer comes from the current source and is not a late answer of another source.</summary>
    internal bool IsCurrent(SourcePump pump) => Pump == pump;

    /// <summary>Notes that the given number of bytes of the current source are gone.</summary>
    internal void Taken(long bytes) => Sent += bytes;

    /// <summary>Asks the current source for its first piece, or for the next one after a piece is gone.</summary>
    internal void PullNext() => Pump?.Pull();

    /// <summary>Ends the current source, whether it has succeeded or failed. Returns its write.</summary>
    /// <param name="untouched">
    /// True if the source was refused before it was asked for anything: it still belongs to its sender.
    /// </param>
    internal PendingWrite End(bool untouched = false)
    {
        if (!untouched)
        {
            Pump!.Close();
        }

        Pump = null;
        return Current;
    }

    /// <summary>Removes and returns the next waiting write. Call this only when no source is active.</summary>
    internal bool TryNext(out PendingWrite next)
    {
        if (!_waiting.TryDequeue(out next))
        {
            return false;
        }

        Cost -= WriteCost.Of(next.Write, limit);
        return true;
    }

    /// <summary>
    /// Ends the current source and takes out all writes, its own write first. The writes that waited can be written again.
    /// </summary>
    /// <inheritdoc cref="End"/>
    internal List<PendingWrite> TakeAll(bool untouched = false)
    {
        List<PendingWrite> all = [End(untouched), .. _waiting];
        _waiting.Clear();
        Cost = 0;
        return all;
    }

    /// <summary>
    /// Takes out all writes for good, the current source's write first. The source of an accepted write is disposed even if its turn
    /// never came.
    /// </summary>
    internal List<PendingWrite> Abandon()
    {
        List<PendingWrite> all = IsActive ? [End()] : [];
        while (TryNext(out PendingWrite next))
        {
            if (next.Write is not Write)
            {
                opener.Open(next.Write).Close();
            }

            all.Add(next);
        }

        return all;
    }

    /// <summary>Returns the failure of the current source, in words for the sender of the write.</summary>
    internal WriteSourceException Failure(Exception cause) => new((Current.Write as WriteFile)?.Path, Sent, cause);
}
