using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>A write that was accepted, and who is told how it went.</summary>
internal readonly record struct PendingWrite(IWriteCommand Write, IActorRef? Sender);

/// <summary>Who reads sources for a <see cref="SourceLine"/>, and is given their pieces.</summary>
internal interface ISourceOpener
{
    /// <summary>A pump for the source of a <see cref="WriteFile"/> or <see cref="WriteFrom"/>.</summary>
    SourcePump Open(IWriteCommand write);
}

/// <summary>
/// The writes of a transport whose bytes come from a source, one at a time, and whatever was written behind them. Asks for a
/// piece when its user says that the one before is gone; where the pieces go is its user's.
/// </summary>
/// <param name="opener">Begins to read a source.</param>
/// <param name="limit">The transport's limit of queued bytes.</param>
internal sealed class SourceLine(ISourceOpener opener, int limit)
{
    private readonly Queue<PendingWrite> _waiting = new();

    /// <summary>The current source's; null while there is none.</summary>
    internal SourcePump? Pump { get; private set; }

    /// <summary>True while a source is being sent; then everything else has to wait behind it.</summary>
    internal bool IsActive => Pump is not null;

    /// <summary>The source being sent, or the last one.</summary>
    internal PendingWrite Current { get; private set; }

    /// <summary>What costs that which waits behind the current source; see <see cref="WriteCost"/>.</summary>
    internal long Cost { get; private set; }

    /// <summary>Bytes of the current source that are gone.</summary>
    internal long Sent { get; private set; }

    /// <summary>
    /// True when something waits that a layer has made part of its own stream: it can be neither refused nor left out.
    /// </summary>
    internal bool HoldsCommitted => _waiting.Any(write => write.Write is Write { Carries: not null });

    /// <summary>Makes a source the current one, when none is. It is asked for nothing yet.</summary>
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

    /// <summary>Whether an answer is the current source's, and not a late one of another.</summary>
    internal bool IsCurrent(SourcePump pump) => Pump == pump;

    /// <summary>So many bytes of the current source are gone.</summary>
    internal void Taken(long bytes) => Sent += bytes;

    /// <summary>Asks the current source for its first piece, or for the next when one is gone.</summary>
    internal void PullNext() => Pump?.Pull();

    /// <summary>The current source is done with, for good or bad; returns its write.</summary>
    /// <param name="untouched">It was refused before it was asked for anything: it stays whose it was.</param>
    internal PendingWrite End(bool untouched = false)
    {
        if (!untouched)
        {
            Pump!.Close();
        }

        Pump = null;
        return Current;
    }

    /// <summary>Takes out what waited, for good: an accepted source is let go even if its turn never came.</summary>
    internal bool TryAbandon(out PendingWrite abandoned)
    {
        if (!TryNext(out abandoned))
        {
            return false;
        }

        if (abandoned.Write is not Write)
        {
            opener.Open(abandoned.Write).Close();
        }

        return true;
    }

    /// <summary>The next write that waited. Call it when no source is active.</summary>
    internal bool TryNext(out PendingWrite next)
    {
        if (!_waiting.TryDequeue(out next))
        {
            return false;
        }

        Cost -= WriteCost.Of(next.Write, limit);
        return true;
    }

    /// <summary>Why a source failed, in words for whoever wrote it.</summary>
    internal static WriteSourceException Failure(IWriteCommand source, long sent, Exception cause) =>
        new((source as WriteFile)?.Path, sent, cause);
}
