using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Dispatch;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Simulated;

/// <summary>
/// Runs everything of a simulation on the one thread that asks for it: loops, mailboxes of the other dispatchers, what was
/// posted, and the network. Whose turn it is among those that could run, chance decides.
/// </summary>
internal sealed class Driver(SimulatedNetwork network) : SynchronizationContext
{
    // Turns within one instant: far more than any honest exchange of messages takes.
    private const int TurnsPerInstant = 2_000_000;

    // How far the network may run ahead of those who should react to it.
    private const long MostAhead = TimeSpan.TicksPerMillisecond;

    // Written by any thread; everything else belongs to the simulation's thread.
    private readonly ConcurrentQueue<IRunnable> _runnables = new();
    private readonly ConcurrentQueue<(ReactorLoop Loop, SimulatedWake Wake)> _starting = new();
    private readonly ManualResetEventSlim _arrived = new();

    private readonly List<DrivenLoop> _loops = [];
    private readonly List<DrivenLoop> _candidates = [];
    private int _turns;

    /// <summary>What makes it useless to go on: something was thrown out of a mailbox run, or there is no end to an instant.</summary>
    internal Exception? Fault { get; private set; }

    internal VirtualClock Clock => network.Clock;

    /// <summary>Runs it in its turn. Any thread.</summary>
    internal void Execute(IRunnable run)
    {
        _runnables.Enqueue(run);
        _arrived.Set();
    }

    /// <summary>Gives the loop its turns from now on. Any thread.</summary>
    internal void Start(ReactorLoop loop, SimulatedWake wake)
    {
        _starting.Enqueue((loop, wake));
        _arrived.Set();
    }

    /// <summary>Deadlines of Akka's scheduler. On the simulation's thread.</summary>
    internal Agenda Timers { get; } = new();

    public override void Post(SendOrPostCallback d, object? state) => Execute(new ActionRun(() => d(state)));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>One turn of somebody who can run now; false when nobody can.</summary>
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
                $"{TurnsPerInstant} turns in one instant of virtual time: something goes round in circles"
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

    /// <summary>Lets time pass until the next thing happens, at most until then; false when nothing comes before that.</summary>
    /// <param name="until">In ticks.</param>
    /// <param name="deadlines">Whether deadlines count as something that happens.</param>
    /// <param name="longestLeap">When the next thing is farther away than this, in ticks, nothing is done.</param>
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

    /// <summary>Waits, in real time and not for long, for something from another thread or for the end of this task.</summary>
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
