using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Akka.Dispatch;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// One thread that runs mailboxes, flushes their output, and waits in an engine. The selector, connections, layers and protocols of
/// one loop all run on it, so that a message between them costs no thread switch.
/// </summary>
/// <remarks>
/// The loop waits outside every mailbox run: while a mailbox runs, Akka does not schedule it again, so a selector that waited while
/// it handles a message could not receive another one. Members are for the loop's own thread unless they say otherwise.
/// </remarks>
internal sealed class ReactorLoop : IDisposable
{
    // The number of mailbox runs per turn before output is flushed and the engine is asked again. Together with TurnBudget it
    // limits how long a chain of messages inside the process can keep the network waiting.
    private const int RunsPerTurn = 1024;

    [ThreadStatic]
    private static ReactorLoop? s_current;

    private readonly LoopClock _clock;
    private readonly Action<Exception> _reportFault;
    private readonly IWakeSignal _wake;
    private readonly ILoopRunner _runner;

    // The first queue holds runnables from the loop's own thread. Runnables from other threads, both mailbox runs and commands to
    // channels, come through one FIFO, which keeps the order of a protocol that runs on another dispatcher.
    private readonly Queue<IRunnable> _local = new();
    private readonly ConcurrentQueue<IRunnable> _remote = new();

    // Runs that may take long and that the loop takes up only when no other runs wait, see RunLast.
    private readonly Queue<IRunnable> _last = new();

    private readonly Queue<IFlushable> _toFlush = new();

    // The objects that asked for another flush during a flush.
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
        ILoopRunner? runner = null,
        bool overwritesReleased = false,
        HandshakeRules? handshakes = null
    )
    {
        Handshakes = new LoopHandshakes(this, handshakes ?? HandshakeRules.Default);
        ReceiveMemory = new ReceiveMemory(overwritesReleased);
        Name = name;
        _wake = wake;
        _clock = new LoopClock(time, Activity, reportFault);
        _reportFault = reportFault;
        _runner = runner ?? ThreadRunner.Instance;
    }

    /// <summary>The name of the loop's thread. Can be read on any thread.</summary>
    internal string Name { get; }

    /// <summary>True on the loop's own thread. Can be read on any thread.</summary>
    internal bool IsCurrent => s_current == this;

    /// <summary>Shows what the loop is running. Can be read on any thread.</summary>
    internal LoopActivity Activity { get; } = new();

    /// <summary>The signal that engines of this loop watch.</summary>
    internal IWakeSignal WakeSignal => _wake;

    /// <summary>The memory into which the loop's connections receive. Used on the loop's thread only.</summary>
    internal ReceiveMemory ReceiveMemory { get; }

    /// <summary>The TLS handshakes of the loop's connections. Used on the loop's thread only.</summary>
    internal LoopHandshakes Handshakes { get; }

    /// <summary>Milliseconds of a monotonic clock, which is read at each call. Can be read on any thread.</summary>
    internal long Now => _clock.Now;

    /// <summary>
    /// The value of <see cref="Now"/> when a turn last began, flushed or ended: cheap, and exact enough to measure a peer's
    /// silence.
    /// </summary>
    internal long RecentNow => _clock.Recent;

    /// <summary>
    /// The clock for peers' deadlines: <see cref="RecentNow"/> without the time in which the loop was held up. A deadline that
    /// <see cref="Deadline.JudgesPeer"/> is due by this clock.
    /// </summary>
    internal long PeerTime => _clock.PeerTime;

    /// <summary>A <see cref="PeerTime"/>: everything that peers had sent at that time has been handed to its owners.</summary>
    internal long HeardUntil => _clock.HeardUntil;

    /// <summary>The events of the current batch that the selector has not consumed yet.</summary>
    internal ReadOnlySpan<EngineEvent> Batch => _batch.Left;

    /// <summary>
    /// Runs the given work on the loop, after all work that the calling thread has queued before. Starts the loop's thread if
    /// necessary. Can be called on any thread.
    /// </summary>
    internal void Execute(IRunnable run)
    {
        if (s_current == this)
        {
            _local.Enqueue(run);
            return;
        }

        _remote.Enqueue(run);

        // The runnable is published before this thread checks whether the loop sleeps; the loop publishes that it sleeps before it
        // checks for a runnable. So at least one of the two sees the other.
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

    /// <summary>
    /// Runs the given work when no other run waits, and at least one such work in each turn. It is for the continuation of long work:
    /// with thousands of connections that all have long work, the others would wait for thousands of runs. Call it on the loop.
    /// </summary>
    internal void RunLast(IRunnable run) => _last.Enqueue(run);

    /// <summary>
    /// Runs work that may block, outside the threads of all loops. The work must not throw. Can be called on any thread.
    /// </summary>
    internal void Offload(Action work) => _runner.Offload(work);

    /// <summary>
    /// Lets the thread end when nothing is left to run. Only signals this; a later <see cref="Execute"/> starts the thread again.
    /// Can be called on any thread.
    /// </summary>
    internal void Stop()
    {
        _stopping = true;
        Wake();
    }

    /// <summary>
    /// Frees the wake signal as soon as the thread has ended. The loop cannot be used again. Can be called on any thread.
    /// </summary>
    public void Dispose()
    {
        _disposed = true;
        Stop();
        if (Volatile.Read(ref _running) == 0)
        {
            _wake.Dispose();
        }
    }

    /// <summary>Gives the loop an engine to wait in. The target still owns the engine and disposes it.</summary>
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

    /// <summary>
    /// Takes the failed engine away and reports the failure to the target. The loop does not wait in that engine again.
    /// </summary>
    internal void FailEngine(Exception cause)
    {
        IPollTarget? target = _target;
        Detach();
        target?.EngineFailed(cause);
    }

    /// <summary>
    /// Records that the selector has handled the first <paramref name="count"/> events of <see cref="Batch"/>. The selector is
    /// notified of the rest after the actors that these events concern have run and their output was flushed.
    /// </summary>
    internal void BatchConsumed(int count) => _batch.Consume(count, _local.Count);

    /// <summary>
    /// Flushes the object in this turn, or in the next turn if a flush is in progress (an object that is being flushed has more to
    /// send): the network is asked in between. Call this at most once before each flush of the object.
    /// </summary>
    internal void FlushLater(IFlushable flushable) => (_flushing ? _toFlushNextTurn : _toFlush).Enqueue(flushable);

    /// <summary>Arms a deadline, or arms it again for another time. Moving it to a later time is O(1).</summary>
    internal void Arm(Deadline deadline, TimeSpan delay) => _clock.Arm(deadline, delay);

    /// <summary>
    /// Arms a deadline whose owner may run on another dispatcher. The call takes effect in order with the owner's other commands.
    /// Can be called on any thread.
    /// </summary>
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

    /// <summary>Disarms a deadline whose owner may run on another dispatcher. Can be called on any thread.</summary>
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
            // The system has no thread to give at the moment. The queued work is kept; the next call to Execute tries again.
            Volatile.Write(ref _running, 0);
            _reportFault(fault);
        }
    }

    /// <summary>Takes turns until the loop is stopped. For a runner that gives the loop a thread.</summary>
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
    /// Ends the wait that the previous call began, takes one turn, and begins the next wait. For a runner that has no thread to
    /// wait in. The runner calls this when the loop's wake signal is set, when the loop's engine has something to report and
    /// <see cref="IsParked"/> is false, or when the returned time has passed. The runner calls it at no other time, so that a
    /// missing wake-up is not hidden.
    /// </summary>
    /// <returns>
    /// How many milliseconds the loop waits now: 0 means that it does not wait, -1 that it waits without a limit, and null that it
    /// was stopped.
    /// </returns>
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

    /// <summary>True while the loop listens only to its wake signal and not to its engine.</summary>
    internal bool IsParked => _engine is null || _batch.IsOutstanding;

    private bool TryEnd()
    {
        s_current = null;
        Volatile.Write(ref _running, 0);
        Interlocked.MemoryBarrier();

        // Work arrived after the last check and before the end. The thread that sets the flag back to 1 continues to run the loop.
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

        if (_last.TryDequeue(out IRunnable? last))
        {
            _local.Enqueue(last);
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

    // Work from other threads is queued behind the work that is already here: actors of the loop that keep each other busy without
    // end must not keep the work of other threads out.
    private void AdmitRemote()
    {
        for (int i = 0; i < RunsPerTurn && _remote.TryDequeue(out IRunnable? run); i++)
        {
            _local.Enqueue(run);
        }
    }

    // There are two flags because disposing is final, whereas an Execute at the same time cancels a stop.
    private bool MustEnd => _stopping || _disposed;

    private bool HasRunnable => _local.Count > 0 || !_remote.IsEmpty || _last.Count > 0;

    private bool HasWork => HasRunnable || _toFlush.Count > 0 || _toFlushNextTurn.Count > 0;

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IRunnable? run) =>
        _local.TryDequeue(out run) || _remote.TryDequeue(out run) || _last.TryDequeue(out run);

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

    // The objects for which no time is left come first at the next flush.
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

        // A deadline may have written output.
        if (_clock.Expire())
        {
            FlushAll();
        }
    }

    // Returns how long to wait. If the result is not 0, the loop counts as asleep from then on.
    private int BeginWait()
    {
        // While a batch is outstanding no peer is judged: the run that will consume the batch wakes the loop.
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

    // Publishes that the loop sleeps, then checks once more for work: see Execute.
    private bool MayWait()
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        return _remote.IsEmpty && !MustEnd;
    }
}
