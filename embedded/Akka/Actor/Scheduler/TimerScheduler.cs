using System;
using System.Collections.Generic;

namespace Akka.Actor;

/// <summary>An actor with timers of its own; they end with it and with each of its instances.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

/// <summary>Timers by key: a new one replaces its predecessor, of which no message arrives any more.</summary>
public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}

internal sealed class TimerScheduler : ITimerScheduler
{
    private readonly IActorContext _context;
    private readonly Dictionary<object, (long Generation, object Message, bool Repeats, ICancelable Task)> _timers = [];
    private long _generation;

    public TimerScheduler(IActorContext context)
    {
        _context = context;
    }

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        Start(key, msg, interval, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(
        object key,
        object msg,
        TimeSpan initialDelay,
        TimeSpan interval,
        IActorRef sender
    ) => Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) =>
        Start(key, msg, timeout, null, ActorRefs.NoSender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender) =>
        Start(key, msg, timeout, null, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Task.Cancel();
        _timers.Clear();
    }

    /// <summary>The message of a timer that is still running, or false where it came too late.</summary>
    public bool TryTake(TimerMessage message, out object payload)
    {
        payload = null;
        if (
            message.Owner != this
            || !_timers.TryGetValue(message.Key, out var timer)
            || timer.Generation != message.Generation
        )
            return false;
        if (!timer.Repeats)
            _timers.Remove(message.Key);
        payload = timer.Message;
        return true;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval, IActorRef sender)
    {
        Cancel(key);
        long generation = ++_generation;
        TimerMessage timer =
            message is INotInfluenceReceiveTimeout
                ? new QuietTimerMessage(this, key, generation, message)
                : new TimerMessage(this, key, generation, message);
        IScheduler scheduler = _context.System.Scheduler;
        ICancelable task = interval is { } period
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, period, _context.Self, timer, sender)
            : scheduler.ScheduleTellOnceCancelable(delay, _context.Self, timer, sender);
        _timers[key] = (generation, message, interval is not null, task);
    }

    internal class TimerMessage : IWrappedMessage, INoSerializationVerificationNeeded
    {
        public TimerMessage(TimerScheduler owner, object key, long generation, object message)
        {
            Owner = owner;
            Key = key;
            Generation = generation;
            Message = message;
        }

        public TimerScheduler Owner { get; }

        public object Key { get; }

        public long Generation { get; }

        public object Message { get; }

        public override string ToString() => $"TimerMsg(key={Key}, generation={Generation}, message={Message})";
    }

    private sealed class QuietTimerMessage : TimerMessage, INotInfluenceReceiveTimeout
    {
        public QuietTimerMessage(TimerScheduler owner, object key, long generation, object message)
            : base(owner, key, generation, message) { }
    }
}
