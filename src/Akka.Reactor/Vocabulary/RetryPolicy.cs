using System;

namespace Akka.Reactor;

/// <summary>What a client does about a failure.</summary>
public enum RetryDirective
{
    /// <summary>It connects again after a while.</summary>
    Retry,

    /// <summary>It gives up: its protocol is told <see cref="GaveUp"/> and stops; see <see cref="ClientState.GaveUp"/>.</summary>
    Stop,

    /// <summary>It fails with the same exception, which is its supervisor's business.</summary>
    Escalate,
}

/// <summary>What a client does about failures of one class, or of all that have no policy of their own.</summary>
public sealed record RetryPolicy
{
    /// <summary>Default: retry.</summary>
    public RetryDirective Directive { get; init; }

    /// <summary>The longest that the first attempt waits. Default 200 ms.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest that any attempt waits. Default 30 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>By how much each wait is longer than the one before. Default 2.</summary>
    public double Multiplier { get; init; } = 2;

    /// <summary>
    /// Which part of a wait is left to chance, from 0 (none) to 1. With all of it, the default, clients that have lost the same
    /// server at the same time do not come back at the same time.
    /// </summary>
    public double Jitter { get; init; } = 1;

    /// <summary>After so many failures of the class it gives up; null, the default: never. They count until a connection has lasted
    /// <see cref="ReconnectOptions.ResetAfter"/>.</summary>
    public int? Attempts { get; init; }
}
