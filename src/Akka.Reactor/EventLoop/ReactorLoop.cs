using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Akka.Dispatch;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// One thread that runs mailboxes, flushes what they wrote, and waits in an engine. Selector, connections, layers and
/// protocols of one loop all run on it, so that a message between them costs no thread switch.
/// </summary>
/// <remarks>
/// The loop waits outside every mailbox run: while a mailbox runs, Akka does not schedule it again, and a selector that
/// waited inside its own message would be deaf. Members are for the loop's own thread unless they say otherwise.
/// </remarks>
internal sealed class ReactorLoop : IDisposable
{
    // Mailbox runs per turn before output is flushed and the engine is asked again: bounds, together with TurnBudget, how
    // long a chain of messages inside the process can keep the network waiting.
    private const int RunsPerTurn = 1024;

    [ThreadStatic]
    private static ReactorLoop? s_current;

    private readonly LoopClock _clock;
    private readonly Action<Exception> _reportFault;
    private readonly IWakeSignal _wake;
    private readonly ILoopRunner _runner;

    // Runnables from the loop's own thread. Those from other threads, mailbox runs and commands to channels alike, come
    // through one FIFO, which keeps the order of a protocol that runs on another dispatcher.
    private readonly Queue<IRunnable> _local = new();
    private readonly ConcurrentQueue<IRunnable> _remote = new();

    private readonly Queue<IFlushable> _toFlush = new();

    // Those that wanted another flush while they were flushed.
    private readonly Queue<IFlushable> _toFlushNextTurn = new();
    private bool _flushing;

    private IEngine? _engine;
    private IPollTarget? _target;
    private EventBatch _batch = new(); // Mutable struct: not readonly.

    private int _sleeping;
    private int _running;
    private volatile bool _stopping;
    private volatile bool _disposed;

    internal ReactorLoop(
        string name,
        IWakeSignal wake,
        TimeProvider time,
        Action<Exception> reportFault,
        ILoopRunner? runner = null
    )
    {
        Name = name;
        _wake = wake;
        _clock = new LoopClock(time, Activity, reportFault);
        _reportFault = reportFault;
        _runner = runner ?? ThreadRunner.Instance;
    }

    /// <summary>Its thread's name. Any thread.</summary>
    internal string Name { get; }

    /// <summary>True on the loop's own thread. Any thread.</summary>
    internal bool IsCurrent => s_current == this;

    /// <summary>What it is running. Any thread.</summary>
    internal LoopActivity Activity { get; } = new();

    /// <summary>The signal that engines of this loop watch.</summary>
    internal IWakeSignal WakeSignal => _wake;

    /// <summary>What its connections receive into. The loop's thread only.</summary>
    internal ReceiveMemory ReceiveMemory { get; } = new();

    /// <summary>Milliseconds of a monotonic clock, read anew. Any thread.</summary>
    internal long Now => _clock.Now;

    /// <summary>As <see cref="Now"/>, read when a turn begins, flushes and ends: cheap, and exact enough for a peer's silence.</summary>
    internal long RecentNow => _clock.Recent;

    /// <summary>
    /// The clock for peers' deadlines: <see cref="RecentNow"/> without the time in which the loop was held up. A deadline that
    /// <see cref="Deadline.JudgesPeer"/> is due by this clock.
    /// </summary>
    internal long PeerTime => _clock.PeerTime;

    /// <summary>All that peers had sent at this <see cref="PeerTime"/> has been handed to its owners.</summary>
    internal long HeardUntil => _clock.HeardUntil;

    /// <summary>The events of the batch told to the selector and not consumed yet.</summary>
    internal ReadOnlySpan<EngineEvent> Batch => _batch.Left;

    /// <summary>Runs it on the loop, after everything this thread gave before. Starts the thread if need be. Any thread.</summary>
    internal void Execute(IRunnable run)
    {
        if (s_current == this)
        {
            _local.Enqueue(run);
            return;
        }

        _remote.Enqueue(run);

        // Publish the runnable before looking whether the loop sleeps; the loop publishes that it sleeps before it looks
        // whether there is a runnable. One of the two sees the other.
        Interlocked.MemoryBarrier();
        if (_stopping)
        {
            _stopping = false;
        }

        if (Volatile.Read(ref _running) == 0)
        {
            Start();
        }
        else if (Volatile.Read(ref _sleeping) == 1 && Interlocked.Exchange(ref _sleeping, 0) == 1)
        {
            _wake.Set();
        }
    }

    /// <summary>Runs something that may block, on no loop's thread. It throws nothing. Any thread.</summary>
    internal void Offload(Action work) => _runner.Offload(work);

    /// <summary>Lets the thread end when nothing is left to run. Only signals; a later <see cref="Execute"/> starts it again. Any thread.</summary>
    internal void Stop()
    {
        _stopping = true;
        Wake();
    }

    /// <summary>Frees the wake signal once the thread has ended. The loop cannot be used again. Any thread.</summary>
    public void Dispose()
    {
        _disposed = true;
        Stop();
        if (Volatile.Read(ref _running) == 0)
        {
            _wake.Dispose();
        }
    }

    /// <summary>Gives the loop an engine to wait in. The engine stays the target's to dispose.</summary>
    internal void Attach(IEngine engine, IPollTarget target)
    {
        _engine = engine;
        _target = target;
        _batch.Forget();
        _clock.ForgetEngine();
    }

    /// <summary>Takes the engine away; the loop then waits on its wake signal alone.</summary>
    internal void Detach()
    {
        _engine = null;
        _target = null;
        _batch.Forget();
        _clock.ForgetEngine();
    }

    /// <summary>The engine failed in another call than its wait: it is not waited in again.</summary>
    internal void FailEngine(Exception cause)
    {
        IPollTarget? target = _target;
        Detach();
        target?.EngineFailed(cause);
    }

    /// <summary>
    /// The selector is through with the first so many of <see cref="Batch"/>. Of the rest it is told again when those they
    /// concern have run and what they wrote was flushed.
    /// </summary>
    internal void BatchConsumed(int count) => _batch.Consume(count, _local.Count);

    /// <summary>
    /// Flushes the object in this turn, or, if it is being flushed and has more, in the next one: then the network was asked in
    /// between. Call this once until the object was flushed.
    /// </summary>
    internal void FlushLater(IFlushable flushable) => (_flushing ? _toFlushNextTurn : _toFlush).Enqueue(flushable);

    /// <summary>Arms or re-arms a deadline. Re-arming to a later time is O(1).</summary>
    internal void Arm(Deadline deadline, TimeSpan delay) => _clock.Arm(deadline, delay);

    /// <summary>Arms a deadline whose owner may run on another dispatcher; takes effect in order with its other commands. Any thread.</summary>
    internal void ArmFromAnywhere(Deadline deadline, TimeSpan delay)
    {
        if (IsCurrent)
        {
            Arm(deadline, delay);
        }
        else
        {
            Execute(new ActionRun(() => Arm(deadline, delay)));
        }
    }

    /// <summary>Disarms a deadline whose owner may run on another dispatcher. Any thread.</summary>
    internal void DisarmFromAnywhere(Deadline deadline)
    {
        if (IsCurrent)
        {
            Disarm(deadline);
        }
        else
        {
            Execute(new ActionRun(() => Disarm(deadline)));
        }
    }

    internal void Disarm(Deadline deadline) => _clock.Disarm(deadline);

    private void Wake()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) == 1 && Interlocked.Exchange(ref _sleeping, 0) == 1)
        {
            _wake.Set();
        }
    }

    private void Start()
    {
        if (Interlocked.CompareExchange(ref _running, 1, 0) != 0)
        {
            return;
        }

        try
        {
            _runner.Start(this);
        }
        catch (Exception fault)
        {
            // No thread to be had at the moment. What is to be run is kept, and whoever brings more tries again.
            Volatile.Write(ref _running, 0);
            _reportFault(fault);
        }
    }

    /// <summary>Takes turns until the loop is stopped. For a runner with a thread to give.</summary>
    internal void Run()
    {
        s_current = this;
        while (true)
        {
            RunTurn();
            if (MustEnd && !HasWork && TryEnd())
            {
                return;
            }

            EndWait(BeginWait());
        }
    }

    /// <summary>
    /// Ends the wait that the turn before began, takes one turn, and begins the next wait. For a runner that has no thread
    /// to wait in: it calls this when the loop's wake signal is set, when its engine has something to report and
    /// <see cref="IsParked"/> is false, or when the time that this returned is over; and not at other times, so that a
    /// wake-up that is missing is missed here as well.
    /// </summary>
    /// <returns>How many milliseconds the loop waits now: 0 is not at all, -1 without end, null that it was stopped.</returns>
    internal int? RunOnce()
    {
        s_current = this;
        try
        {
            _wake.Clear();
            EndWait(0);
            RunTurn();
            return MustEnd && !HasWork && TryEnd() ? null : BeginWait();
        }
        finally
        {
            s_current = null;
        }
    }

    /// <summary>True while the loop does not listen to its engine, only to its wake signal.</summary>
    internal bool IsParked => _engine is null || _batch.IsOutstanding;

    private bool TryEnd()
    {
        s_current = null;
        Volatile.Write(ref _running, 0);
        Interlocked.MemoryBarrier();

        // Something came between the last look and the end: whoever brings the flag back to 1 runs on.
        if (!_remote.IsEmpty && Interlocked.CompareExchange(ref _running, 1, 0) == 0)
        {
            s_current = this;
            return false;
        }

        if (_disposed)
        {
            _wake.Dispose();
        }

        return true;
    }

    private void RunTurn()
    {
        Activity.BeginTurn();
        _clock.TurnBegins();
        AdmitRemote();
        while (_toFlushNextTurn.TryDequeue(out IFlushable? flushable))
        {
            _toFlush.Enqueue(flushable);
        }

        TurnBudget budget = new(RunsPerTurn, RecentNow);
        do
        {
            while (budget.HasRun && !_batch.PartHasRun && TryTake(out IRunnable? run))
            {
                RunGuarded(run);
                budget.Took(this);
                _batch.EndRun(_local.Count);
            }

            FlushAll();
            ExpireDeadlines();
            if (_batch.Resume())
            {
                _target!.BatchReady();
            }
        } while (budget.HasRun && HasRunnable && budget.HasTime(this));

        Activity.EndTurn();
    }

    // What other threads gave lines up behind what is here already: actors of the loop that keep each other busy without
    // end must not keep everybody else out.
    private void AdmitRemote()
    {
        for (int i = 0; i < RunsPerTurn && _remote.TryDequeue(out IRunnable? run); i++)
        {
            _local.Enqueue(run);
        }
    }

    // Disposing is for good, while an Execute that comes at the same time takes a stop back: hence two flags.
    private bool MustEnd => _stopping || _disposed;

    private bool HasRunnable => _local.Count > 0 || !_remote.IsEmpty;

    private bool HasWork => HasRunnable || _toFlush.Count > 0 || _toFlushNextTurn.Count > 0;

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IRunnable? run) =>
        _local.TryDequeue(out run) || _remote.TryDequeue(out run);

    private void RunGuarded(IRunnable run)
    {
        Activity.Begin(run);
        try
        {
            run.Run();
        }
        catch (Exception fault)
        {
            _reportFault(fault);
        }
    }

    // What there is no time for comes first in the next turn.
    private void FlushAll()
    {
        if (_toFlush.Count == 0)
        {
            return;
        }

        _clock.Note();
        TurnBudget budget = new(_toFlush.Count, RecentNow);
        _flushing = true;
        while (budget.HasRun && _toFlush.TryDequeue(out IFlushable? flushable))
        {
            Activity.Begin(flushable);
            try
            {
                flushable.Flush();
            }
            catch (Exception fault)
            {
                _reportFault(fault);
            }

            budget.Took(this);
        }

        _flushing = false;
    }

    private void ExpireDeadlines()
    {
        if (_engine is null)
        {
            _clock.Deaf();
        }
        else if (!_batch.IsOutstanding)
        {
            _clock.HandedOn();
        }

        // A deadline may have written something.
        if (_clock.Expire())
        {
            FlushAll();
        }
    }

    // How long to wait. From a result other than 0 on the loop counts as asleep.
    private int BeginWait()
    {
        // While a batch is outstanding nobody is judged: whoever consumes it wakes the loop.
        int timeout = HasWork ? 0 : _clock.UntilNext(judges: !_batch.IsOutstanding);
        timeout = timeout != 0 && MayWait() ? timeout : 0;
        _clock.TurnEnds(waits: timeout != 0);
        return timeout;
    }

    private void EndWait(int timeout)
    {
        if (IsParked)
        {
            if (timeout != 0)
            {
                _wake.Wait(timeout);
            }

            Volatile.Write(ref _sleeping, 0);
            return;
        }

        try
        {
            _clock.AsksEngine();
            bool filled = _batch.Fill(_engine!, timeout);
            Volatile.Write(ref _sleeping, 0);
            _clock.EngineAnswered(_batch.MayHaveMore);
            if (filled)
            {
                _target!.BatchReady();
            }
        }
        catch (Exception fault)
        {
            Volatile.Write(ref _sleeping, 0);
            FailEngine(fault);
        }
    }

    // Says that the loop sleeps, then looks once more for work: see Execute.
    private bool MayWait()
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        return _remote.IsEmpty && !MustEnd;
    }
}
