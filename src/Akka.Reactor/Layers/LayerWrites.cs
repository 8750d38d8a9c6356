using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Layers;

/// <summary>
/// The writes of a layer whose bytes come from a source. A source is read in pieces, which the layer treats as its own writes.
/// Every later write, and the end, waits behind the source. The transport below never refuses pieces; the waiting writes are
/// bounded here.
/// </summary>
/// <param name="self">The layer; it receives <see cref="PieceRead"/> and <see cref="PieceTaken"/>.</param>
/// <param name="offload">Runs work on a thread where it may block.</param>
/// <param name="limit">The transport's limit of queued bytes.</param>
internal sealed class LayerWrites(IActorRef self, Action<Action> offload, int limit) : ISourceOpener
{
    private SourceLine? _line;
    private ITransportCommand? _end;

    /// <summary>True while a source is being sent; then everything else waits behind it.</summary>
    internal bool IsActive => _line is { IsActive: true };

    /// <summary>True while a <see cref="Close"/> or <see cref="CloseWrite"/> waits; then nothing more is accepted.</summary>
    internal bool IsEnding => _end is not null;

    /// <inheritdoc cref="SourceLine.HoldsCommitted"/>
    internal bool HoldsCommitted => _line is { HoldsCommitted: true };

    /// <summary>The cost of the waiting writes; see <see cref="WriteCost"/>.</summary>
    internal long Cost => _line?.Cost ?? 0;

    /// <summary>
    /// Makes a source the current one, or puts a write of any kind behind the current source. If the source becomes current,
    /// returns a write of the layer's own that asks the transport below whether it would accept the source; otherwise returns
    /// null.
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

    /// <summary>Requests the first piece of the current source, which the transport below accepts.</summary>
    internal void Start(SourceBegins begins)
    {
        if (IsCurrent(begins.Pump))
        {
            _line!.PullNext();
        }
    }

    /// <summary>Puts the end behind all writes. A <see cref="Close"/> replaces a waiting <see cref="CloseWrite"/>.</summary>
    internal void EndAfter(ITransportCommand end) => _end = _end is Close ? _end : end;

    internal bool IsCurrent(SourcePump pump) => _line is { } line && line.IsCurrent(pump);

    /// <summary>
    /// Returns the layer's own write for a piece of the current source. The memory of the piece is lent until
    /// <see cref="ILease.Release()"/>.
    /// </summary>
    internal static Write ForPiece(PieceRead read)
    {
        read.Pump.Lease();
        return new Write(read.Piece.Data, new PieceTaken(read.Pump, read.Piece.Data.Length)) { Carries = read.Pump };
    }

    /// <summary>Counts a piece that the kernel has, and requests the next piece.</summary>
    internal void Taken(PieceTaken taken)
    {
        if (IsCurrent(taken.Pump))
        {
            _line!.Taken(taken.Bytes);
            _line.PullNext();
        }
    }

    /// <summary>Ends the current source after its last piece, and returns its write.</summary>
    internal PendingWrite Finish() => _line!.End();

    /// <summary>
    /// Takes out the next item that can be sent while no source is active: a write, to be given to the layer, or the end that
    /// waited. If the next write has a source, the source becomes current, and the returned write is the one that asks the
    /// transport below for it (see <see cref="Add"/>); nothing more can be sent until that source is done.
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
    /// Takes out all writes, the current source's write first, because the current source cannot be sent. The writes that
    /// waited can be written again.
    /// </summary>
    /// <param name="untouched">True if the source was refused before it was asked for anything.</param>
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

    /// <summary>
    /// Takes out all writes at the end of the connection, the current source's write first, and releases every source.
    /// </summary>
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

    /// <summary>Returns the failure of the current source, described for its writer.</summary>
    internal WriteSourceException Failure(Exception cause) =>
        SourceLine.Failure(_line!.Current.Write, _line.Sent, cause);

    // The transport below never refuses a piece, but it can refuse this empty write: a source must not enter the stream behind
    // a refused write.
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

/// <summary>Reports that the kernel has everything before a source, and that nothing was refused.</summary>
internal sealed record SourceBegins(SourcePump Pump) : INoSerializationVerificationNeeded;

/// <summary>Reports that the kernel has a piece of a source, or the bytes that the layer made of the piece.</summary>
internal sealed record PieceTaken(SourcePump Pump, long Bytes) : INoSerializationVerificationNeeded;

/// <summary>
/// Reports that the kernel, or the peer, has the whole source: its writer can receive the answer that it asked for.
/// </summary>
internal sealed record SourceAnswer(PendingWrite Write, bool Delivered) : INoSerializationVerificationNeeded;
