using System;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Connections;

// The named timeouts of a connection, and the demanded rates.
internal sealed partial class Channel
{
    // How often the kernel is asked what the peer has acknowledged, while somebody wants to know.
    private static readonly TimeSpan DeliveryPeriod = TimeSpan.FromMilliseconds(50);

    // How often the rates are looked at: a tenth of their period, within these.
    private static readonly TimeSpan ShortestRateTick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestRateTick = TimeSpan.FromSeconds(1);

    private readonly ChannelDeadline _idle;
    private ChannelDeadline? _stall;
    private ChannelDeadline? _linger;
    private ChannelDeadline? _lifetime;
    private ChannelDeadline? _delivery;
    private ChannelRates? _rates;
    private long _lastActivity;

    // How long a deadline waits for an engine: without one nobody can tell what the peer has done.
    private static readonly TimeSpan EnginePatience = TimeSpan.FromMilliseconds(250);

    // Of the last look while lingering, and when it was another.
    private int _unacknowledged;
    private long _acknowledgedAt;

    /// <summary>A deadline of the channel expired.</summary>
    internal void Expired(Deadline deadline)
    {
        if (Selector.Engine is null && deadline != _lifetime && deadline != _delivery)
        {
            Selector.Loop.Arm(deadline, EnginePatience);
        }
        else if (deadline == _idle)
        {
            IdleExpired();
        }
        else if (deadline == _delivery)
        {
            ReportDelivered();
            if (_undelivered is { IsEmpty: false })
            {
                ArmDelivery();
            }
        }
        else if (deadline == _lifetime)
        {
            TimeOut(new LifetimeExceededException(Remote, Options.Lifetime));
        }
        else if (deadline == _rates)
        {
            CheckRates(_rates);
        }
        else if (deadline == _linger)
        {
            LingerExpired();
        }
        else
        {
            TimeOut(new WriteStallTimeoutException(Remote, Options.WriteStallTimeout, _outbox.Bytes));
        }
    }

    private void ArmAll()
    {
        _lastActivity = Selector.Loop.Now;
        if (Options.IdleTimeout > TimeSpan.Zero)
        {
            Selector.Loop.Arm(_idle, Options.IdleTimeout);
        }

        if (Options.Lifetime > TimeSpan.Zero)
        {
            Selector.Loop.Arm(_lifetime = new ChannelDeadline(this), Options.Lifetime);
        }

        if (Options.MinReceiveRate > 0 || Options.MinSendRate > 0)
        {
            _rates = new ChannelRates(this, Options, _lastActivity);
            ArmRates(_rates);
        }
    }

    private void DisarmAll()
    {
        foreach (Deadline? deadline in (ReadOnlySpan<Deadline?>)[_idle, _stall, _linger, _lifetime, _delivery, _rates])
        {
            if (deadline is not null)
            {
                Selector.Loop.Disarm(deadline);
            }
        }
    }

    // Only time in which something was wanted of the peer counts: its owner may be at work on what it has sent, and a peer that
    // does not take the answer has its own timeout.
    private void IdleExpired()
    {
        if (IsBusyWithPeer)
        {
            Selector.Loop.Arm(_idle, Options.IdleTimeout);
            return;
        }

        TimeSpan idle = TimeSpan.FromMilliseconds(Selector.Loop.Now - _lastActivity);
        if (idle >= Options.IdleTimeout)
        {
            TimeOut(new IdleTimeoutException(Remote, Options.IdleTimeout));
        }
        else
        {
            Selector.Loop.Arm(_idle, Options.IdleTimeout - idle);
        }
    }

    // The peer had its time to finish. But whatever the kernel still has for it would be lost if it sends once more, which
    // the system answers with a reset: while it takes some now and then, it is waited for, and then has its time again.
    private void LingerExpired()
    {
        // The FIN, which counts as a byte, is no loss.
        int left = Math.Max(0, Selector.Sockets.Unacknowledged(Descriptor) - 1);
        if (left == 0 && _unacknowledged == 0)
        {
            End(CloseReason.Requested, null, reset: false);
            return;
        }

        TimeSpan stalled = TimeSpan.FromMilliseconds(Selector.Loop.Now - _acknowledgedAt);
        if (left != _unacknowledged)
        {
            _unacknowledged = left;
            _acknowledgedAt = Selector.Loop.Now;
        }
        else if (Options.WriteStallTimeout > TimeSpan.Zero && stalled >= Options.WriteStallTimeout)
        {
            TimeOut(new WriteStallTimeoutException(Remote, Options.WriteStallTimeout, left));
            return;
        }

        ArmLinger();
    }

    private void ArmLinger()
    {
        if (Options.LingerTimeout > TimeSpan.Zero)
        {
            Selector.Loop.Arm(_linger ??= new ChannelDeadline(this), Options.LingerTimeout);
        }
    }

    // Armed anew with every byte taken, not with every attempt, and disarmed while the peer keeps nothing waiting.
    private void ArmStall(bool moved)
    {
        if (!_blocked || _outbox.IsEmpty)
        {
            if (_stall is not null)
            {
                Selector.Loop.Disarm(_stall);
            }
        }
        else if (Options.WriteStallTimeout > TimeSpan.Zero && (moved || _stall is not { DueAt: < Deadline.Never }))
        {
            Selector.Loop.Arm(_stall ??= new ChannelDeadline(this), Options.WriteStallTimeout);
        }
    }

    private void ArmDelivery()
    {
        _delivery ??= new ChannelDeadline(this);
        if (_delivery.DueAt == Deadline.Never)
        {
            Selector.Loop.Arm(_delivery, DeliveryPeriod);
        }
    }

    private void ArmRates(ChannelRates rates) =>
        Selector.Loop.Arm(
            rates,
            TimeSpan.FromTicks(Math.Clamp(Options.RatePeriod.Ticks / 10, ShortestRateTick.Ticks, LongestRateTick.Ticks))
        );

    private void CheckRates(ChannelRates rates)
    {
        // Nobody is blamed for what we do not want, nor for what comes while the connection is closed already.
        bool wanted = WantsToRead && !_close.CloseRequested;
        DataRateException? fault = rates.Check(
            Selector.Loop.Now,
            wanted ? _received : null,
            _blocked ? _outbox.Taken : null,
            Remote
        );
        if (fault is not null)
        {
            TimeOut(fault);
        }
        else
        {
            ArmRates(rates);
        }
    }

    private void TimeOut(TimeoutExceededException reason) => End(CloseReason.TimedOut, reason, reset: true);

    private void Touch() => _lastActivity = Selector.Loop.RecentNow;
}
