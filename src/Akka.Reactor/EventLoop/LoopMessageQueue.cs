using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// The messages of an actor on a loop. Messages from the loop itself, which are nearly all messages that a connection's actors
/// receive, need no synchronization, and no memory while only one waits. Messages from other threads wait in a separate queue,
/// which is created with the first of them. Together the two are one queue: a message that was in the queue when another was
/// enqueued comes before it, regardless of the threads they came from. Enqueued on any thread, dequeued on the loop.
/// </summary>
internal sealed class LoopMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    // The loop that dequeues. Until it is known, all messages take the way of messages from other threads.
    private ReactorLoop? _home;

    // Used on the loop only. The stash is dequeued first, then the next message, then the rest.
    private Stack<Envelope>? _stashed;
    private Local _next;
    private bool _hasNext;
    private Queue<Local>? _rest;
    private bool _settled;

    private ConcurrentQueue<Envelope>? _foreign;

    // Used on the loop only. The counter wraps around, and so do the positions that are counted with it.
    private int _foreignDequeued;

    public bool HasMessages => _hasNext || _stashed is { Count: > 0 } || _foreign is { IsEmpty: false };

    public int Count => (_hasNext ? 1 : 0) + (_stashed?.Count ?? 0) + (_rest?.Count ?? 0) + (_foreign?.Count ?? 0);

    /// <summary>
    /// Sets the only loop on which the actor runs. Can be called on any thread, before the first message is dequeued.
    /// </summary>
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

    /// <summary>
    /// Enqueues ahead of all messages: an actor unstashes a message. Called on the loop, while the actor handles a message.
    /// </summary>
    public void EnqueueFirst(Envelope envelope) => (_stashed ??= new Stack<Envelope>()).Push(envelope);

    public bool TryDequeue(out Envelope envelope)
    {
        if (_stashed is { Count: > 0 })
        {
            envelope = _stashed.Pop();
            return true;
        }

        // The next message of the loop waits only for the messages that other threads enqueued before it. Their later messages wait
        // for it.
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
            // Many actors have more than one message waiting only while they start. Their first queue is released, so that these
            // actors then own none.
            _rest = null;
            _settled = true;
        }
    }

    private ConcurrentQueue<Envelope> Foreign() =>
        Volatile.Read(ref _foreign)
        ?? Interlocked.CompareExchange(ref _foreign, new ConcurrentQueue<Envelope>(), null)
        ?? _foreign!;

    /// <param name="Envelope">A message that was sent on the loop.</param>
    /// <param name="Behind">The position in the queue of other threads that the message comes behind.</param>
    private readonly record struct Local(Envelope Envelope, int Behind);
}
