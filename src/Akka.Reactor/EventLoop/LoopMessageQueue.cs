using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// The messages of an actor on a loop. What comes from the loop itself, which is nearly everything a connection's actors are
/// told, needs no synchronization and, one at a time, no memory; other threads have a queue of their own, made with their
/// first message. Together they are one queue: a message that was there when another was told comes before it, whatever
/// threads they came from. Enqueued on any thread, dequeued on the loop.
/// </summary>
internal sealed class LoopMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    // The loop that dequeues. Until it is known everything goes the way of other threads.
    private ReactorLoop? _home;

    // Loop only: in this order.
    private Stack<Envelope>? _stashed;
    private Local _next;
    private bool _hasNext;
    private Queue<Local>? _rest;
    private bool _settled;

    private ConcurrentQueue<Envelope>? _foreign;

    // Loop only. Wraps around, and so do the places counted in it.
    private int _foreignDequeued;

    public bool HasMessages => _hasNext || _stashed is { Count: > 0 } || _foreign is { IsEmpty: false };

    public int Count => (_hasNext ? 1 : 0) + (_stashed?.Count ?? 0) + (_rest?.Count ?? 0) + (_foreign?.Count ?? 0);

    /// <summary>Its actor runs on this loop, and nowhere else. Any thread, before the first message is dequeued.</summary>
    internal void LivesOn(ReactorLoop loop) => Volatile.Write(ref _home, loop);

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (_home is { } home && home.IsCurrent)
        {
            EnqueueHere(envelope);
        }
        else
        {
            Foreign().Enqueue(envelope);
        }
    }

    /// <summary>Ahead of everything: an actor gives back what it had stashed. On the loop, in the actor's own message.</summary>
    public void EnqueueFirst(Envelope envelope) => (_stashed ??= new Stack<Envelope>()).Push(envelope);

    public bool TryDequeue(out Envelope envelope)
    {
        if (_stashed is { Count: > 0 })
        {
            envelope = _stashed.Pop();
            return true;
        }

        // What other threads enqueued later than the loop's next waits for it: whatever that next does not wait for itself.
        if (_hasNext && _next.Behind - _foreignDequeued <= 0)
        {
            envelope = _next.Envelope;
            Advance();
            return true;
        }

        if (_foreign is not null && _foreign.TryDequeue(out envelope))
        {
            _foreignDequeued++;
            return true;
        }

        envelope = default;
        return false;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }

    private void EnqueueHere(in Envelope envelope)
    {
        Local local = new(envelope, _foreignDequeued + (_foreign is { IsEmpty: false } foreign ? foreign.Count : 0));
        if (_hasNext)
        {
            (_rest ??= new Queue<Local>()).Enqueue(local);
        }
        else
        {
            _next = local;
            _hasNext = true;
        }
    }

    private void Advance()
    {
        _next = default;
        _hasNext = _rest is not null && _rest.TryDequeue(out _next);
        if (!_settled && _rest is { Count: 0 })
        {
            // Many have more than one message waiting only while they begin, and then own no queue.
            _rest = null;
            _settled = true;
        }
    }

    private ConcurrentQueue<Envelope> Foreign() =>
        Volatile.Read(ref _foreign)
        ?? Interlocked.CompareExchange(ref _foreign, new ConcurrentQueue<Envelope>(), null)
        ?? _foreign!;

    /// <param name="Envelope">Told on the loop.</param>
    /// <param name="Behind">The place in other threads' queue that it comes behind.</param>
    private readonly record struct Local(Envelope Envelope, int Behind);
}
