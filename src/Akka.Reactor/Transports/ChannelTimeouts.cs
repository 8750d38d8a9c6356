using System;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Transports;

/// <summary>
/// The named timeouts of a channel, and the demanded rates. It is itself the deadline of the idle timeout, which every connection has; the
/// others are made when they are first armed. Used on the channel's loop only.
/// </summary>
internal sealed class ChannelTimeouts(Channel channel) : Deadline
{
    // The interval at which the kernel is asked what the peer has acknowledged, while a write or a reset waits for that.
    private static readonly TimeSpan DeliveryPeriod = TimeSpan.FromMilliseconds(50);

    // How often per idle timeout the kernel is asked what the peer has acknowledged, while nothing else moves.
    private const int LooksPerIdleTimeout = 4;

    // The rates are checked every tenth of their period, but within these limits.
    private static readonly TimeSpan ShortestRateTick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestRateTick = TimeSpan.FromSeconds(1);

    // How long a deadline waits for an engine. Without an engine the channel cannot know what the peer has done.
    private static readonly TimeSpan EnginePatience = TimeSpan.FromMilliseconds(250);

    private ChannelDeadline? _stall;
    private ChannelDeadline? _linger;
    private ChannelDeadline? _lifetime;
    private ChannelDeadline? _delivery;
    private ChannelRates? _rates;

    // Set while the connection is to end with a reset as soon as the peer's TCP has everything.
    private ChannelDeadline? _reset;

    // A connection whose sends fail is read to its end until then.
    private ChannelDeadline? _death;

    // The number of unacknowledged bytes at the last check, and the time when this number last changed.
    private int _unacknowledged;
    private long _acknowledgedAt;

    // Set while the system probes the peer because the idle timeout does not find a dead one.
    private bool _probes;

    internal override bool JudgesPeer => true;

    private ConnectionOptions Options => channel.Options;

    private Selector Selector => channel.Selector;

    internal override void Expire() => Expired(this);

    /// <summary>Handles the expiry of a deadline of the channel.</summary>
    internal void Expired(Deadline deadline)
    {
        try
        {
            Handle(deadline);
        }
        catch (Exception fault)
        {
            channel.OnFault(fault);
        }
    }

    /// <summary>Arms the timeouts that run from the beginning.</summary>
    internal void Begin()
    {
        channel.Touch();
        if (Options.IdleTimeout > TimeSpan.Zero)
        {
            Selector.Loop.Arm(this, Options.IdleTimeout);
        }
        else
        {
            Probe(true);
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

    /// <summary>Disarms everything: the connection is over.</summary>
    internal void End()
    {
        foreach (
            Deadline? deadline in (ReadOnlySpan<Deadline?>)
                [this, _stall, _linger, _lifetime, _delivery, _rates, _reset, _death]
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
        bool busy = channel.Inbound.IsBusyWithPeer(channel);
        Probe(busy);
        if (busy)
        {
            Selector.Loop.Arm(this, Options.IdleTimeout);
            return;
        }

        int left = channel.Connected.TellsDelivery ? LeftWithKernel() : 0;
        _ = IsStalled(left);
        TimeSpan idle = TimeSpan.FromMilliseconds(Selector.Loop.HeardUntil - channel.LastActivity);
        if (idle >= Options.IdleTimeout)
        {
            TimeOut(new IdleTimeoutException(channel.Remote, Options.IdleTimeout));
        }
        else
        {
            TimeSpan rest = Options.IdleTimeout - idle;
            TimeSpan look = Options.IdleTimeout / LooksPerIdleTimeout;
            Selector.Loop.Arm(this, left > 0 && look < rest ? look : rest);
        }
    }

    // Probes are not sent all the time, because the system sends those of many connections that became idle together at one moment, and
    // the queue of a virtual network device drops what exceeds 1,000 packets: living peers would be taken for dead.
    private void Probe(bool on)
    {
        if (_probes != on && Options.Socket.KeepAlive.When == KeepAliveWhen.NoIdleTimeout)
        {
            _probes = on;
            Selector.Sockets.SetKeepAlive(channel.Descriptor, on);
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
            channel.End(CloseReason.Requested, null, reset: false);
        }
        else if (IsStalled(left))
        {
            TimeOut(new WriteStallTimeoutException(channel.Remote, Options.WriteStallTimeout, left));
        }
        else
        {
            ArmLinger();
        }
    }

    /// <summary>Ends the connection with a reset as soon as the peer's TCP has everything.</summary>
    internal void ResetWhenDelivered()
    {
        if (_reset is not null)
        {
            return;
        }

        _reset = new ChannelDeadline(this);
        _unacknowledged = -1;
        if (channel.Connected.TellsDelivery)
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
        int left = channel.Connected.TellsDelivery ? LeftWithKernel() : 0;
        if (left == 0)
        {
            channel.End(CloseReason.Aborted, null, reset: true);
        }
        else if (IsStalled(left))
        {
            TimeOut(new WriteStallTimeoutException(channel.Remote, Options.WriteStallTimeout, left));
        }
        else
        {
            Selector.Loop.Arm(_reset!, DeliveryPeriod);
        }
    }

    // The bytes that the peer has not acknowledged. A FIN counts as one byte in the kernel's number and is not counted here.
    private int LeftWithKernel() =>
        Math.Max(0, Selector.Sockets.Unacknowledged(channel.Descriptor) - (channel.Ending.FinSent ? 1 : 0));

    // Whether the peer has taken nothing for too long, as far as the checks show. Bytes that the peer takes are activity, too.
    private bool IsStalled(int left)
    {
        if (left != _unacknowledged)
        {
            _unacknowledged = left;
            _acknowledgedAt = Selector.Loop.PeerTime;
            channel.LastActivity = _acknowledgedAt;
        }

        TimeSpan stalled = TimeSpan.FromMilliseconds(Selector.Loop.PeerTime - _acknowledgedAt);
        return Options.WriteStallTimeout > TimeSpan.Zero && stalled >= Options.WriteStallTimeout;
    }

    /// <summary>Arms the time for the peer's FIN.</summary>
    internal void ArmLinger()
    {
        if (Options.LingerTimeout > TimeSpan.Zero)
        {
            Selector.Loop.Arm(_linger ??= new ChannelDeadline(this), Options.LingerTimeout);
        }
    }

    /// <summary>
    /// Arms the write-stall timeout again when bytes were taken, not on every attempt. Disarms it, and returns false, while the peer keeps
    /// nothing waiting.
    /// </summary>
    internal bool ArmStall(bool moved)
    {
        if (!channel.Outbound.IsBlocked || channel.Outbound.IsEmpty)
        {
            DisarmStall();
            return false;
        }

        if (Options.WriteStallTimeout > TimeSpan.Zero && (moved || _stall is not { DueAt: < Deadline.Never }))
        {
            Selector.Loop.Arm(_stall ??= new ChannelDeadline(this), Options.WriteStallTimeout);
        }

        return true;
    }

    /// <summary>Disarms the write-stall timeout.</summary>
    internal void DisarmStall()
    {
        if (_stall is not null)
        {
            Selector.Loop.Disarm(_stall);
        }
    }

    /// <summary>Looks after a while what the peer has acknowledged.</summary>
    internal void ArmDelivery()
    {
        _delivery ??= new ChannelDeadline(this);
        if (_delivery.DueAt == Deadline.Never)
        {
            Selector.Loop.Arm(_delivery, DeliveryPeriod);
        }
    }

    /// <summary>Ends a dead connection if the rest of its bytes does not come soon.</summary>
    internal void ArmDeath() => Selector.Loop.Arm(_death ??= new ChannelDeadline(this), EnginePatience);

    private void ArmRates(ChannelRates rates) =>
        Selector.Loop.Arm(
            rates,
            TimeSpan.FromTicks(Math.Clamp(Options.RatePeriod.Ticks / 10, ShortestRateTick.Ticks, LongestRateTick.Ticks))
        );

    private void CheckRates(ChannelRates rates)
    {
        // The peer is not blamed for bytes that are not wanted, nor for those that come while the connection is already closing.
        bool wanted = channel.Inbound.Wants(channel) && !channel.Ending.CloseRequested;
        DataRateException? fault = rates.Check(
            Selector.Loop.HeardUntil,
            wanted ? channel.Inbound.Received : null,
            channel.Outbound.IsBlocked ? channel.Outbound.Taken : null,
            channel.Remote
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

    private void TimeOut(TimeoutExceededException reason) => channel.End(CloseReason.TimedOut, reason, reset: true);

    private void Handle(Deadline deadline)
    {
        if (Selector.Engine is null && deadline != _lifetime && deadline != _delivery)
        {
            Selector.Loop.Arm(deadline, EnginePatience);
        }
        else if (deadline == this)
        {
            IdleExpired();
        }
        else if (deadline == _delivery)
        {
            channel.Outbound.ReportDelivered();
            if (channel.Outbound.AwaitsDelivery)
            {
                ArmDelivery();
            }
        }
        else if (deadline == _lifetime)
        {
            TimeOut(new LifetimeExceededException(channel.Remote, Options.Lifetime));
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
            channel.Inbound.DeathExpired(channel);
        }
        else
        {
            TimeOut(new WriteStallTimeoutException(channel.Remote, Options.WriteStallTimeout, channel.Outbound.Bytes));
        }
    }
}
