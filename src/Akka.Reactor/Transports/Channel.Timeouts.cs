using System;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Transports;

// The named timeouts of a connection, and the demanded rates.
internal sealed partial class Channel
{
    // The interval at which the kernel is asked what the peer has acknowledged, while a write or a reset waits for that.
    private static readonly TimeSpan DeliveryPeriod = TimeSpan.FromMilliseconds(50);

    // How often per idle timeout the kernel is asked what the peer has acknowledged, while nothing else moves.
    private const int LooksPerIdleTimeout = 4;

    // The rates are checked every tenth of their period, but within these limits.
    private static readonly TimeSpan ShortestRateTick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestRateTick = TimeSpan.FromSeconds(1);

    private readonly ChannelDeadline _idle;
    private ChannelDeadline? _stall;
    private ChannelDeadline? _linger;
    private ChannelDeadline? _lifetime;
    private ChannelDeadline? _delivery;
    private ChannelRates? _rates;

    // The time of the last activity, on the clock for peers' deadlines.
    private long _lastActivity;

    // How long a deadline waits for an engine. Without an engine the channel cannot know what the peer has done.
    private static readonly TimeSpan EnginePatience = TimeSpan.FromMilliseconds(250);

    // The number of unacknowledged bytes at the last check, and the time when this number last changed.
    private int _unacknowledged;
    private long _acknowledgedAt;

    // Set while the connection is to end with a reset as soon as the peer's TCP has everything.
    private ChannelDeadline? _reset;

    // A connection whose sends fail is read to its end until then.
    private ChannelDeadline? _death;

    /// <summary>Handles the expiry of a deadline of the channel.</summary>
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
        else if (deadline == _reset)
        {
            ResetIfDelivered();
        }
        else if (deadline == _death)
        {
            DeathExpired();
        }
        else
        {
            TimeOut(new WriteStallTimeoutException(Remote, Options.WriteStallTimeout, _outbox.Bytes));
        }
    }

    private void ArmAll()
    {
        _lastActivity = Selector.Loop.PeerTime;
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
            _rates = new ChannelRates(this, Options, Selector.Loop.PeerTime);
            ArmRates(_rates);
        }
    }

    private void DisarmAll()
    {
        foreach (
            Deadline? deadline in (ReadOnlySpan<Deadline?>)
                [_idle, _stall, _linger, _lifetime, _delivery, _rates, _reset, _death]
        )
        {
            if (deadline is not null)
            {
                Selector.Loop.Disarm(deadline);
            }
        }
    }

    // Only time in which something is wanted of the peer counts. At other times the owner may be working on the received bytes, and
    // a peer that does not take the answer has its own timeout. A peer that now and then takes some of the bytes in the kernel is
    // not idle.
    private void IdleExpired()
    {
        if (IsBusyWithPeer)
        {
            Selector.Loop.Arm(_idle, Options.IdleTimeout);
            return;
        }

        int left = Connected.TellsDelivery ? LeftWithKernel() : 0;
        _ = IsStalled(left);
        TimeSpan idle = TimeSpan.FromMilliseconds(Selector.Loop.HeardUntil - _lastActivity);
        if (idle >= Options.IdleTimeout)
        {
            TimeOut(new IdleTimeoutException(Remote, Options.IdleTimeout));
        }
        else
        {
            TimeSpan rest = Options.IdleTimeout - idle;
            TimeSpan look = Options.IdleTimeout / LooksPerIdleTimeout;
            Selector.Loop.Arm(_idle, left > 0 && look < rest ? look : rest);
        }
    }

    // The time for the peer's FIN is over. But if the socket were closed and the peer sent once more, the system would answer with
    // a reset, and the bytes that the kernel still has for the peer would be lost. As long as the peer now and then takes some of
    // them, the channel waits. After that, the peer has its linger time again.
    private void LingerExpired()
    {
        int left = LeftWithKernel();
        if (left == 0 && _unacknowledged == 0)
        {
            End(CloseReason.Requested, null, reset: false);
        }
        else if (IsStalled(left))
        {
            TimeOut(new WriteStallTimeoutException(Remote, Options.WriteStallTimeout, left));
        }
        else
        {
            ArmLinger();
        }
    }

    private void ResetWhenDelivered()
    {
        if (_reset is not null)
        {
            return;
        }

        _reset = new ChannelDeadline(this);
        _unacknowledged = -1;
        if (Connected.TellsDelivery)
        {
            ResetIfDelivered();
        }
        else
        {
            // Nobody reports when the peer has everything, so the peer is given time for it.
            Selector.Loop.Arm(_reset, Options.LingerTimeout > TimeSpan.Zero ? Options.LingerTimeout : TimeSpan.Zero);
        }
    }

    private void ResetIfDelivered()
    {
        int left = Connected.TellsDelivery ? LeftWithKernel() : 0;
        if (left == 0)
        {
            End(CloseReason.Aborted, null, reset: true);
        }
        else if (IsStalled(left))
        {
            TimeOut(new WriteStallTimeoutException(Remote, Options.WriteStallTimeout, left));
        }
        else
        {
            Selector.Loop.Arm(_reset!, DeliveryPeriod);
        }
    }

    // The bytes that the peer has not acknowledged. A FIN counts as one byte in the kernel's number and is not counted here.
    private int LeftWithKernel() => Math.Max(0, Selector.Sockets.Unacknowledged(Descriptor) - (_close.FinSent ? 1 : 0));

    // Whether the peer has taken nothing for too long, as far as the checks show. Bytes that the peer takes are activity, too.
    private bool IsStalled(int left)
    {
        if (left != _unacknowledged)
        {
            _unacknowledged = left;
            _acknowledgedAt = Selector.Loop.PeerTime;
            _lastActivity = _acknowledgedAt;
        }

        TimeSpan stalled = TimeSpan.FromMilliseconds(Selector.Loop.PeerTime - _acknowledgedAt);
        return Options.WriteStallTimeout > TimeSpan.Zero && stalled >= Options.WriteStallTimeout;
    }

    private void ArmLinger()
    {
        if (Options.LingerTimeout > TimeSpan.Zero)
        {
            Selector.Loop.Arm(_linger ??= new ChannelDeadline(this), Options.LingerTimeout);
        }
    }

    // Arms the deadline again when bytes were taken, not on every attempt. Disarms it while the peer keeps nothing waiting.
    private void ArmStall(bool moved)
    {
        if (!_blocked || _outbox.IsEmpty)
        {
            DisarmStall();
        }
        else if (Options.WriteStallTimeout > TimeSpan.Zero && (moved || _stall is not { DueAt: < Deadline.Never }))
        {
            Selector.Loop.Arm(_stall ??= new ChannelDeadline(this), Options.WriteStallTimeout);
        }
    }

    private void DisarmStall()
    {
        if (_stall is not null)
        {
            Selector.Loop.Disarm(_stall);
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
        // The peer is not blamed for bytes that are not wanted, nor for those that come while the connection is already closing.
        bool wanted = WantsToRead && !_close.CloseRequested;
        DataRateException? fault = rates.Check(
            Selector.Loop.HeardUntil,
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

    private void Touch() => _lastActivity = Selector.Loop.PeerTime;
}
