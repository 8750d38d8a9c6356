using System;
using Akka.Actor;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Connections;

/// <summary>A write that was accepted, and who is told how it went.</summary>
internal readonly record struct PendingWrite(Write Write, IActorRef? Sender);

/// <summary>
/// What a channel has accepted and not sent: bounded, and once it has refused a write it refuses all until it is down to
/// low water, so that no hole can open in the stream.
/// </summary>
internal sealed class Outbox(ConnectionOptions options)
{
    private readonly WriteQueue<PendingWrite> _queue = new();
    private bool _refusing;

    internal long Bytes => _queue.Bytes;

    /// <summary>True when nothing waits, not even an empty write.</summary>
    internal bool IsEmpty => _queue.IsEmpty;

    /// <summary>True from high water until low water: reading should pause.</summary>
    internal bool IsPressed { get; private set; }

    /// <summary>Takes a write, or says why not; then no byte of it was taken.</summary>
    internal WriteRefusedException? Accept(Write write, IActorRef? sender)
    {
        // What a layer has made of writes it accepted cannot be refused any more: it does that above.
        bool committed = write.Carries is not null;
        if (!committed && (_refusing || Bytes + write.Data.Length > options.Limit))
        {
            _refusing = true;
            return new WriteRefusedException(write.Data.Length, Bytes, options.Limit);
        }

        _queue.Enqueue(write.Data, new PendingWrite(write, sender));
        IsPressed |= Bytes > options.HighWater;
        return null;
    }

    /// <inheritdoc cref="WriteQueue{TState}.Peek"/>
    internal ReadOnlySpan<byte> Peek(Span<byte> scratch) => _queue.Peek(scratch);

    /// <inheritdoc cref="WriteQueue{TState}.Advance"/>
    internal void Advance(int count) => _queue.Advance(count);

    /// <inheritdoc cref="WriteQueue{TState}.TryTakeCompleted"/>
    internal bool TryTakeCompleted(out PendingWrite completed) => _queue.TryTakeCompleted(out completed);

    /// <inheritdoc cref="WriteQueue{TState}.TryAbandon"/>
    internal bool TryAbandon(out PendingWrite abandoned) => _queue.TryAbandon(out abandoned);

    /// <summary>After sending: at low water the pressure is off. Returns true when writes are accepted again after a refusal.</summary>
    internal bool Relax()
    {
        if (Bytes > options.LowWater)
        {
            return false;
        }

        IsPressed = false;
        bool acceptsAgain = _refusing;
        _refusing = false;
        return acceptsAgain;
    }
}
