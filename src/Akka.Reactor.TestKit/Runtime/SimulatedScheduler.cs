using System;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Simulated;

/// <summary>
/// Akka's scheduler on virtual time: receive timeouts and timers of the protocols under test use this time. It runs on the
/// simulation's thread. Calls from other threads are queued and take their turn there.
/// </summary>
internal sealed class SimulatedScheduler : SchedulerBase
{
    private readonly Driver _driver;

    public SimulatedScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        _driver = Creation.Driver;
    }

    public override TimeSpan MonotonicClock => TimeSpan.FromTicks(_driver.Clock.Ticks);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => _driver.Clock.GetUtcNow();

    protected override void InternalScheduleTellOnce(
        TimeSpan delay,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable
    ) => Once(delay, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable
    ) => Repeatedly(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Once(delay, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Once(delay, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        Action action,
        ICancelable cancelable
    ) => Repeatedly(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        IRunnable action,
        ICancelable cancelable
    ) => Repeatedly(initialDelay, interval, action.Run, cancelable);

    private void Once(TimeSpan delay, Action action, ICancelable? cancelable)
    {
        long due = _driver.Clock.Ticks + delay.Ticks;
        _driver.Execute(
            new ActionRun(() =>
                _driver.Timers.Add(
                    due,
                    () =>
                    {
                        if (cancelable is not { IsCancellationRequested: true })
                        {
                            action();
                        }
                    }
                )
            )
        );
    }

    private void Repeatedly(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Once(
            delay,
            () =>
            {
                action();
                Repeatedly(interval, interval, action, cancelable);
            },
            cancelable
        );
}
