using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The asynchronous handler of a session. At most one task runs at a time, and while it runs the protocol is offered nothing. It is the
/// synchronization context of that task: what follows an <c>await</c> comes back to the protocol as a message, in which it acts on this
/// session. A part of its session; the thread is the protocol's, except for <see cref="Post"/>.
/// </summary>
/// <remarks>
/// The end of the session cancels the task and runs what the cancellation has set off, all before <c>OnClosed</c>. What a task does later
/// still runs in the protocol if that survives (the protocol of a client), and on the thread pool if it has stopped: the task has to reach
/// its end, because it may hold resources. It cannot write any more.
/// </remarks>
internal sealed class AsyncHandler(ProtocolSession session) : SynchronizationContext
{
    // How many continuations run at the end of the session. A task that ignores the cancellation must not hold the end up.
    private const int MostAtEnd = 100;

    // Any thread adds to the queue; the gate protects it.
    private readonly Lock _gate = new();
    private readonly Queue<Step> _continuations = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly List<Flush> _flushes = [];
    private volatile bool _hasStopped;
    private Closed? _over;
    private bool _isRunning;

    // The number of bytes that the task was offered, and its outcome, until the session takes it.
    private long _offered;
    private long? _used;
    private Exception? _fault;

    // Messages that wait for the end of the task.
    private Queue<(object Message, IActorRef Sender)>? _held;

    /// <summary>True from the first <c>await</c> of a task until the session has taken its outcome.</summary>
    internal bool IsPending { get; private set; }

    /// <summary>Calls a handler.</summary>
    /// <returns>The bytes that were used, or 0 if the task is pending.</returns>
    internal long Start<T>(
        T protocol,
        in ReadOnlySequence<byte> data,
        Func<T, ReadOnlySequence<byte>, CancellationToken, ValueTask<long>> handler
    )
    {
        SynchronizationContext? outer = Enter();
        try
        {
            ValueTask<long> task = handler(protocol, data, _ended.Token);
            if (task.IsCompleted)
            {
                return task.GetAwaiter().GetResult();
            }

            IsPending = true;
            _offered = data.Length;
            _ = Observe(task);
            return 0;
        }
        finally
        {
            Leave(outer);
        }
    }

    /// <summary>Returns a task that completes when the kernel has everything that was written so far.</summary>
    internal Task FlushAsync()
    {
        RequireSession();
        if (session.Outbound.Cut is { } reason)
        {
            // The answer would come with the end, which waits for the task that asks.
            return Task.FromException(reason);
        }

        Flush flush = new();
        _flushes.Add(flush);
        session.Write(new Write(ReadOnlyMemory<byte>.Empty, flush));
        return flush.Task;
    }

    /// <summary>Answers a flush, unless the end has answered it.</summary>
    internal void Answer(Flush flush, Exception? failure)
    {
        if (!_flushes.Contains(flush))
        {
            return;
        }

        if (failure is TransportClosedException { Reason: not CloseReason.Requested } over)
        {
            session.Outbound.CutOff(over);
        }
        else
        {
            _flushes.Remove(flush);
            flush.Complete(failure);
        }
    }

    /// <summary>Nothing that was written can reach the kernel any more.</summary>
    internal void FailFlushes(TransportClosedException reason)
    {
        Flush[] flushes = [.. _flushes];
        _flushes.Clear();
        foreach (Flush flush in flushes)
        {
            flush.Complete(reason);
        }
    }

    /// <exception cref="TransportClosedException">Code of a task runs after the end of its session.</exception>
    internal void RequireSession()
    {
        if (_over is { } over && (_isRunning || _hasStopped))
        {
            throw Reason(over);
        }
    }

    /// <summary>Runs the continuation that this message stands for, unless the end of the session has run it.</summary>
    internal void RunNext()
    {
        if (!TryTake(out Step next))
        {
            return;
        }

        if (_over is not null)
        {
            RunOver(next);
            return;
        }

        Run(next);
        Settle();
    }

    // The outcome is taken outside of the task, whose own exceptions nobody sees.
    private void Settle()
    {
        if (_fault is { } fault)
        {
            _fault = null;
            IsPending = false;
            if (!ReferenceEquals(fault, session.Outbound.Cut))
            {
                ExceptionDispatchInfo.Throw(fault);
            }

            // The task is not to blame. Nothing more is offered, and the end comes. What it has not used still goes to a next owner.
            session.Inbound.StopOffers();
            Complete(used: 0);
        }
        else if (_used is { } used)
        {
            _used = null;
            IsPending = false;
            if (used < 0 || used > _offered)
            {
                throw new InvalidOperationException(
                    $"{session.Protocol.GetType().Name}.OnReceivedAsync returned {used} of {_offered} bytes; the result must be from 0 to the length."
                );
            }

            Complete(used);
        }
    }

    private void Complete(long used)
    {
        bool again = session.Inbound.Complete(used, _offered);
        while (!IsPending && _held is not null && _held.TryDequeue(out (object Message, IActorRef Sender) next))
        {
            session.Handle(next.Message, next.Sender);
        }

        if (again)
        {
            session.ContinueOffers();
        }
        else if (session.Inbound.MayOffer)
        {
            session.Ends.Continue();
        }
    }

    /// <summary>
    /// Keeps a message until the task has ended. Returns false for all messages that are handled meanwhile, which are nearly all.
    /// </summary>
    internal bool TryHold(object message, IActorRef sender)
    {
        bool waits = message switch
        {
            // To the next owner goes first what the task has not used.
            Received or PeerFinished => session.IsHandedOn || !sender.Is(session.Transport),
            OwnerChanged => true,

            // It usually closes the connection.
            Draining => session.IsEstablished && !session.IsHandedOn,
            _ => false,
        };
        if (waits)
        {
            (_held ??= new()).Enqueue((message, sender));
        }

        return waits;
    }

    /// <summary>The session ends, and the protocol has not been told yet: cancels the task.</summary>
    internal void End(Closed closed)
    {
        _over = closed;
        FailFlushes(Reason(closed));
        try
        {
            _ended.Cancel();
        }
        catch (AggregateException fault)
        {
            Report(fault);
        }

        for (int left = MostAtEnd; left > 0 && TryTake(out Step next); left--)
        {
            RunOver(next);
        }
    }

    /// <summary>The protocol has stopped: it receives no messages any more.</summary>
    internal void Stop()
    {
        _hasStopped = true;
        RunElsewhere();
    }

    /// <summary>Brings a continuation back to the protocol. Can be called on any thread.</summary>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            _continuations.Enqueue(new Step(d, state));
        }

        if (_hasStopped || session.Protocol.HasStopped)
        {
            RunElsewhere();
        }
        else
        {
            session.Self.Tell(new Continuation(this), ActorRefs.NoSender);
        }
    }

    /// <summary>Not possible: a thread cannot wait for an actor.</summary>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("The code of a protocol can be posted to it, but not waited for.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private static TransportClosedException Reason(Closed closed) => new(closed.Reason, closed.Cause);

    private async Task Observe(ValueTask<long> task)
    {
        try
        {
            _used = await task;
        }
        catch (Exception fault)
        {
            _fault = fault;
        }
    }

    private bool TryTake(out Step next)
    {
        lock (_gate)
        {
            return _continuations.TryDequeue(out next);
        }
    }

    private void Run(Step next)
    {
        SynchronizationContext? outer = Enter();
        try
        {
            next.Callback(next.State);
        }
        finally
        {
            Leave(outer);
        }
    }

    // Failures of a task that is over concern the protocol no more.
    private void RunOver(Step next)
    {
        ProtocolSession current = session.Protocol.ActOn(session);
        try
        {
            Run(next);
        }
        catch (Exception fault)
        {
            Report(fault);
        }
        finally
        {
            _ = session.Protocol.ActOn(current);
        }

        if (_fault is { } outcome)
        {
            _fault = null;
            Report(outcome);
        }
    }

    private void Report(Exception fault)
    {
        if (fault is not (OperationCanceledException or TransportClosedException))
        {
            session.Protocol.Log.Warning(
                fault,
                "{0}: a handler failed after its connection had ended: {1}",
                session.Connection?.Remote,
                fault.Message
            );
        }
    }

    private void RunElsewhere()
    {
        while (TryTake(out Step next))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static next => next.Callback(next.State), next, preferLocal: false);
        }
    }

    private SynchronizationContext? Enter()
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        _isRunning = true;
        return outer;
    }

    private void Leave(SynchronizationContext? outer)
    {
        _isRunning = false;
        SetSynchronizationContext(outer);
    }

    /// <summary>To a protocol: the next continuation of a task has to run.</summary>
    internal sealed record Continuation(AsyncHandler Handler)
        : INoSerializationVerificationNeeded,
            IDeadLetterSuppression;

    private readonly record struct Step(SendOrPostCallback Callback, object? State);

    /// <summary>The acknowledgement of an empty write: the kernel has everything before it.</summary>
    internal sealed class Flush : IOwnAck
    {
        private readonly TaskCompletionSource _completion = new();

        internal Task Task => _completion.Task;

        internal void Complete(Exception? failure)
        {
            if (failure is null)
            {
                _completion.SetResult();
            }
            else
            {
                _completion.SetException(failure);
            }
        }
    }
}
