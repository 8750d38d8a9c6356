using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Dispatch;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Simulated;

/// <summary>
/// Runs the whole simulation on the calling thread: the loops, the mailboxes of the other dispatchers, the posted
/// callbacks, and the network. A random choice decides which of the runnable loops and mailboxes gets the next turn.
/// </summary>
internal sealed class Driver(SimulatedNetwork network) : SynchronizationContext
{
    // The most turns within one instant of virtual time. It is far more than any correct exchange of messages takes.
    private const int TurnsPerInstant = 2_000_000;

    // The time, in ticks, by which the network may run ahead of the loops and mailboxes that react to it.
    private const long MostAhead = TimeSpan.TicksPerMillisecond;

    // Any thread writes these three fields. Only the simulation's thread uses all other fields.
    private readonly ConcurrentQueue<IRunnable> _runnables = new();
    private readonly ConcurrentQueue<(ReactorLoop Loop, SimulatedWake Wake)> _starting = new();
    private readonly ManualResetEventSlim _arrived = new();

    private readonly List<DrivenLoop> _loops = [];
    private readonly List<DrivenLoop> _candidates = [];
    private int _turns;

    /// <summary>
    /// The error that ends the run: a mailbox run threw an exception, or the turns within one instant did not end.
    /// </summary>
    internal Exception? Fault { get; private set; }

    internal VirtualClock Clock => network.Clock;

    /// <summary>Queues the given work, which runs in its turn. Can be called on any thread.</summary>
    internal void Execute(IRunnable run)
    {
        _runnables.Enqueue(run);
        _arrived.Set();
    }

    /// <summary>Gives the loop turns from now on. Can be called on any thread.</summary>
    internal void Start(ReactorLoop loop, SimulatedWake wake)
    {
        _starting.Enqueue((loop, wake));
        _arrived.Set();
    }

    /// <summary>The deadlines of Akka's scheduler. They are used on the simulation's thread.</summary>
    internal Agenda Timers { get; } = new();

    public override void Post(SendOrPostCallback d, object? state) => Execute(new ActionRun(() => d(state)));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs one turn of a loop or mailbox that can run now. Returns false if there is none.</summary>
    internal bool Step()
    {
        while (_starting.TryDequeue(out (ReactorLoop Loop, SimulatedWake Wake) started))
        {
            _loops.Add(new DrivenLoop(started.Loop, started.Wake, Clock));
        }

        _candidates.Clear();
        foreach (DrivenLoop loop in _loops)
        {
            if (loop.HasReason)
            {
                _candidates.Add(loop);
            }
        }

        int mailboxes = _runnables.IsEmpty ? 0 : 1;
        if (_candidates.Count + mailboxes == 0)
        {
            _turns = 0;
            return false;
        }

        if (++_turns > TurnsPerInstant)
        {
            Fault = new InvalidOperationException(
                $"{TurnsPerInstant} turns in one instant of virtual time: something repeats endlessly"
            );
            return true;
        }

        int chosen = network.Random.Next(_candidates.Count + mailboxes);
        if (chosen == _candidates.Count)
        {
            RunOne();
        }
        else
        {
            DrivenLoop loop = _candidates[chosen];
            loop.TakeTurn();
            if (loop.Ended)
            {
                _loops.Remove(loop);
            }
        }

        return true;
    }

    /// <summary>
    /// Advances the clock to the next event and runs it. Returns false if no event comes until <paramref name="until"/>.
    /// </summary>
    /// <param name="until">The latest time to advance to, in ticks.</param>
    /// <param name="deadlines">Whether deadlines count as events.</param>
    /// <param name="longestLeap">
    /// The longest time to advance by, in ticks. If the next event is farther away, the method does nothing and returns
    /// false.
    /// </param>
    internal bool Advance(long until, bool deadlines = true, long longestLeap = Agenda.Never)
    {
        long next = network.Agenda.NextAt;
        if (deadlines)
        {
            next = Math.Min(next, Timers.NextAt);
            foreach (DrivenLoop loop in _loops)
            {
                next = Math.Min(next, loop.DueAt);
            }
        }

        if (next > until || next == Agenda.Never || next - Clock.Ticks > longestLeap)
        {
            return false;
        }

        SimulatedFaults faults = network.Faults;
        if (network.Random.Chance(faults.ClockJump))
        {
            next += network.Random.UpTo(faults.LongestClockJump.Ticks);
            network.Trace.Add("clock", "jumps");
        }

        Clock.MoveTo(next);
        Timers.TakeDue(next)?.Invoke();
        network.Agenda.TakeDue(next)?.Invoke();
        while (network.Agenda.NextAt <= Clock.Ticks + MostAhead && network.Random.Chance(faults.NetworkAhead))
        {
            long at = network.Agenda.NextAt;
            Clock.MoveTo(at);
            network.Agenda.TakeDue(at)!();
        }

        return true;
    }

    /// <summary>
    /// Waits, in real time and at most for the given time, until another thread brings work or the task has completed.
    /// Returns false if neither has happened.
    /// </summary>
    internal bool WaitForOthers(Task task, TimeSpan time)
    {
        _ = task.ContinueWith(
            _ => _arrived.Set(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        bool arrived = _arrived.Wait(time);
        _arrived.Reset();
        return arrived;
    }

    private void RunOne()
    {
        if (!_runnables.TryDequeue(out IRunnable? run))
        {
            return;
        }

        try
        {
            run.Run();
        }
        catch (Exception fault)
        {
            Fault ??= fault;
        }
    }
}
