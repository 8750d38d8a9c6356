#nullable enable

using System;
using System.Threading;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The default scheduler: a wheel of buckets, one per tick, turned by a background thread that is started on first use.
/// Scheduling is O(1); nothing fires before its time, and at most a tick after it. A cancelled entry stays until its
/// bucket comes round.
/// </summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEventSlim _stopped = new(false);
    private readonly long _tick; // in TimeSpan ticks
    private readonly Entry?[] _wheel; // each bucket a linked list
    private readonly TimeSpan _shutdownTimeout;

    private Thread? _worker;
    private long _turned; // how many ticks the wheel has been turned
    private int _pending;
    private bool _disposed;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        int buckets = scheduler.GetInt("akka.scheduler.ticks-per-wheel", 512);
        if (buckets <= 0)
            throw new ConfigurationException($"Cannot have {buckets} ticks per wheel");
        _wheel = new Entry[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)buckets)];
        _tick = scheduler.GetTimeSpan("akka.scheduler.tick-duration", TimeSpan.FromMilliseconds(10)).Ticks;
        if (_tick < TimeSpan.TicksPerMillisecond)
            throw new ConfigurationException("minimum supported akka.scheduler.tick-duration is 1ms");
        _shutdownTimeout = scheduler.GetTimeSpan("akka.scheduler.shutdown-timeout", TimeSpan.FromSeconds(5));
    }

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    public override TimeSpan MonotonicClock => Util.MonotonicClock.Elapsed;

    public override TimeSpan HighResMonotonicClock => Util.MonotonicClock.Elapsed;

    protected override void InternalScheduleTellOnce(
        TimeSpan delay,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable
    ) => Add(new TellEntry(receiver, message, sender), delay, TimeSpan.Zero, cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable
    ) => Add(new TellEntry(receiver, message, sender), initialDelay, interval, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(new WorkEntry(new ActionRunnable(action)), delay, TimeSpan.Zero, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(new WorkEntry(action), delay, TimeSpan.Zero, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        Action action,
        ICancelable cancelable
    ) => Add(new WorkEntry(new ActionRunnable(action)), initialDelay, interval, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        IRunnable action,
        ICancelable cancelable
    ) => Add(new WorkEntry(action), initialDelay, interval, cancelable);

    public void Dispose()
    {
        Thread? worker;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            worker = _worker;
        }

        _wake.Set();
        // What is scheduled is dropped; only a call that runs just now is waited for.
        if (worker is not null && worker != Thread.CurrentThread)
            _stopped.Wait(_shutdownTimeout);
    }

    private void Add(Entry entry, TimeSpan delay, TimeSpan interval, ICancelable? cancelable)
    {
        if (cancelable is { IsCancellationRequested: true })
            return;
        entry.Cancelable = cancelable;
        entry.Interval = interval.Ticks;
        entry.Due = Now + delay.Ticks;
        lock (_gate)
        {
            if (_disposed)
                throw new SchedulerException("cannot enqueue after timer shutdown");
            Link(entry);
            if (_worker is not null)
            {
                if (_pending == 1)
                    _wake.Set();
                return;
            }

            _worker = new Thread(Turn) { IsBackground = true, Name = "HashedWheelTimerScheduler" };
            _worker.Start();
        }
    }

    private static long Now => Util.MonotonicClock.Elapsed.Ticks;

    private void Link(Entry entry)
    {
        // The tick by whose end the entry is due, and never one that has been turned already.
        if (_pending++ == 0)
            _turned = Math.Max(_turned, Now / _tick);
        entry.Tick = Math.Max((entry.Due + _tick - 1) / _tick, _turned + 1);
        ref Entry? bucket = ref _wheel[entry.Tick & (_wheel.Length - 1)];
        entry.Next = bucket;
        bucket = entry;
    }

    private void Turn()
    {
        try
        {
            while (true)
            {
                Entry? due = null;
                long wait;
                lock (_gate)
                {
                    if (_disposed)
                        return;
                    long reached = Now / _tick;
                    while (_pending > 0 && _turned < reached)
                        due = Collect(++_turned, due);
                    wait = _pending == 0 && due is null ? Timeout.Infinite : Math.Max(1, MillisecondsTo(_turned + 1));
                }

                if (due is null)
                {
                    _wake.WaitOne((int)wait);
                    continue;
                }

                Fire(due);
            }
        }
        finally
        {
            _stopped.Set();
        }
    }

    private long MillisecondsTo(long tick) =>
        ((tick * _tick) - Now + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    /// <summary>Takes what is due and what is cancelled out of one bucket; the rest waits for a later round.</summary>
    private Entry? Collect(long tick, Entry? due)
    {
        ref Entry? bucket = ref _wheel[tick & (_wheel.Length - 1)];
        Entry? entry = bucket;
        bucket = null;
        while (entry is not null)
        {
            Entry? next = entry.Next;
            if (entry.IsCancelled)
            {
                _pending--;
                entry.Next = null;
            }
            else if (entry.Tick <= tick)
            {
                _pending--;
                entry.Next = due;
                due = entry;
            }
            else
            {
                entry.Next = bucket;
                bucket = entry;
            }

            entry = next;
        }

        return due;
    }

    private void Fire(Entry? newestFirst)
    {
        // Both bucket and list of the due have the newest in front: turned round, equal times fire in order.
        Entry? entry = null;
        while (newestFirst is not null)
        {
            Entry? next = newestFirst.Next;
            newestFirst.Next = entry;
            entry = newestFirst;
            newestFirst = next;
        }

        while (entry is not null)
        {
            Entry? next = entry.Next;
            entry.Next = null;
            if (!entry.IsCancelled)
            {
                try
                {
                    entry.Run();
                    Repeat(entry);
                }
                catch (Exception e)
                {
                    // As in Akka.NET: a repeated call that throws is not repeated again.
                    Log.Error(e, "exception while executing timer task");
                }
            }

            entry = next;
        }
    }

    private void Repeat(Entry entry)
    {
        if (entry.Interval == 0 || entry.IsCancelled)
            return;
        entry.Due += entry.Interval;
        lock (_gate)
        {
            if (!_disposed)
                Link(entry);
        }
    }

    private abstract class Entry
    {
        public Entry? Next;
        public long Due;
        public long Tick;
        public long Interval;
        public ICancelable? Cancelable;

        public bool IsCancelled => Cancelable is { IsCancellationRequested: true };

        public abstract void Run();
    }

    private sealed class TellEntry : Entry
    {
        private readonly ICanTell _receiver;
        private readonly object _message;
        private readonly IActorRef _sender;

        public TellEntry(ICanTell receiver, object message, IActorRef sender)
        {
            _receiver = receiver;
            _message = message;
            _sender = sender;
        }

        public override void Run() => _receiver.Tell(_message, _sender);
    }

    private sealed class WorkEntry : Entry
    {
        private readonly IRunnable _work;

        public WorkEntry(IRunnable work)
        {
            _work = work;
        }

        public override void Run() => _work.Run();
    }
}
