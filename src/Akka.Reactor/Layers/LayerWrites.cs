using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Layers;

/// <summary>
/// The writes of a layer whose bytes come from a source: read in pieces, which the layer treats as writes of its own, and
/// everything written or ended behind them, which waits. Pieces are never refused below; what waits is bounded here.
/// </summary>
/// <param name="self">The layer; it is told <see cref="PieceRead"/> and <see cref="PieceTaken"/>.</param>
/// <param name="offload">Runs something where it may block.</param>
/// <param name="limit">The transport's limit of queued bytes.</param>
internal sealed class LayerWrites(IActorRef self, Action<Action> offload, int limit) : ISourceOpener
{
    private SourceLine? _line;
    private ITransportCommand? _end;

    /// <summary>True while a source is being sent; then everything else has to wait behind it.</summary>
    internal bool IsActive => _line is { IsActive: true };

    /// <summary>True when <see cref="Close"/> or <see cref="CloseWrite"/> waits: nothing is accepted any more.</summary>
    internal bool IsEnding => _end is not null;

    /// <inheritdoc cref="SourceLine.HoldsCommitted"/>
    internal bool HoldsCommitted => _line is { HoldsCommitted: true };

    /// <summary>What costs that which waits; see <see cref="WriteCost"/>.</summary>
    internal long Cost => _line?.Cost ?? 0;

    /// <summary>
    /// Makes a source the current one, or puts a write of any kind behind it. Returns the layer's own write that asks the
    /// transport below whether it would be accepted, when there is one to be made.
    /// </summary>
    internal Write? Add(PendingWrite write)
    {
        _line ??= new SourceLine(this, limit);
        if (_line.IsActive)
        {
            _line.Wait(write);
            return null;
        }

        return Begin(write);
    }

    /// <summary>The transport below accepts the current source: asks it for its first piece.</summary>
    internal void Start(SourceBegins begins)
    {
        if (IsCurrent(begins.Pump))
        {
            _line!.PullNext();
        }
    }

    /// <summary>Puts the end behind everything. A <see cref="Close"/> takes the place of a <see cref="CloseWrite"/>.</summary>
    internal void EndAfter(ITransportCommand end) => _end = _end is Close ? _end : end;

    internal bool IsCurrent(SourcePump pump) => _line is { } line && line.IsCurrent(pump);

    /// <summary>The layer's own write for a piece of the current source, lent to whoever sends it.</summary>
    internal static Write ForPiece(PieceRead read)
    {
        read.Pump.Lease();
        return new Write(read.Piece.Data, new PieceTaken(read.Pump, read.Piece.Data.Length)) { Carries = read.Pump };
    }

    /// <summary>A piece is gone.</summary>
    internal void Taken(PieceTaken taken)
    {
        if (IsCurrent(taken.Pump))
        {
            _line!.Taken(taken.Bytes);
            _line.PullNext();
        }
    }

    /// <summary>The current source is at its end; returns its write.</summary>
    internal PendingWrite Finish() => _line!.End();

    /// <summary>
    /// What can go now that no source is active: a write, to be given to the layer, or the end that waited. Of a source it
    /// is the write that asks for it, and then nothing more can go.
    /// </summary>
    internal bool TryNext(out PendingWrite write, out ITransportCommand? end)
    {
        end = null;
        write = default;
        if (_line is { IsActive: false } line && line.TryNext(out write))
        {
            if (write.Write is Write)
            {
                return true;
            }

            write = new PendingWrite(Begin(write), self);
            return true;
        }

        if (IsActive)
        {
            return false;
        }

        (end, _end) = (_end, null);
        return end is not null;
    }

    /// <summary>
    /// The current source cannot be sent: takes out everything, with its write first. What waited can be written again.
    /// </summary>
    /// <param name="untouched">It was refused before it was asked for anything.</param>
    internal List<PendingWrite> TakeAll(bool untouched = false)
    {
        List<PendingWrite> all = [];
        if (_line is { IsActive: true } line)
        {
            all.Add(line.End(untouched));
            while (line.TryNext(out PendingWrite next))
            {
                all.Add(next);
            }
        }

        return all;
    }

    /// <summary>All is over: takes out everything, with the current write first, and lets every source go.</summary>
    internal List<PendingWrite> Abandon()
    {
        List<PendingWrite> all = [];
        if (_line is { IsActive: true } line)
        {
            all.Add(line.End());
            while (line.TryAbandon(out PendingWrite next))
            {
                all.Add(next);
            }
        }

        return all;
    }

    /// <summary>Why the current source failed, in words for whoever wrote it.</summary>
    internal WriteSourceException Failure(Exception cause) =>
        SourceLine.Failure(_line!.Current.Write, _line.Sent, cause);

    // The pieces are not refused below, so this write of nothing is: a source must not slip in behind a refused write.
    private Write Begin(PendingWrite source)
    {
        _line!.Begin(source);
        return new Write(ReadOnlyMemory<byte>.Empty, new SourceBegins(_line.Pump!));
    }

    SourcePump ISourceOpener.Open(IWriteCommand write) =>
        new(
            write is WriteFile file
                ? new FileSource(file.Path, file.Offset, file.Count, asRanges: false)
                : ((WriteFrom)write).Source,
            offload,
            read => self.Tell(read, ActorRefs.NoSender)
        );
}

/// <summary>The kernel has everything before a source, and nothing was refused.</summary>
internal sealed record SourceBegins(SourcePump Pump) : INoSerializationVerificationNeeded;

/// <summary>The kernel has a piece of a source, or what the layer made of it.</summary>
internal sealed record PieceTaken(SourcePump Pump, long Bytes) : INoSerializationVerificationNeeded;

/// <summary>The kernel has the whole of a source, or the peer: what its writer asked to be told can be told.</summary>
internal sealed record SourceAnswer(PendingWrite Write, bool Delivered) : INoSerializationVerificationNeeded;
