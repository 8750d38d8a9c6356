using System;

namespace Akka.Reactor;

/// <summary>The reaction of a client to a failure.</summary>
public enum RetryDirective
{
    /// <summary>The client connects again after a wait.</summary>
    Retry,

    /// <summary>
    /// The client gives up: its protocol receives <see cref="GaveUp"/> and stops. See <see cref="ClientState.GaveUp"/>.
    /// </summary>
    Stop,

    /// <summary>The client fails with the same exception, and its supervisor handles the failure.</summary>
    Escalate,
}

/// <summary>The reaction of a client to failures of one class, or of all classes that have no policy of their own.</summary>
public sealed record RetryPolicy
{
    /// <summary>The reaction to a failure. Default: retry.</summary>
    public RetryDirective Directive { get; init; }

    /// <summary>The longest wait after the first failure of a class. Default 200 ms.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The upper limit of every wait. Default 30 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The factor by which the longest wait grows with every further failure of the same class. Default 2.</summary>
    public double Multiplier { get; init; } = 2;

    /// <summary>
    /// The part of each wait that is random, from 0 (none) to 1 (all of it). With 1, the default, clients that lose the same server
    /// at the same time do not come back at the same time.
    /// </summary>
    public double Jitter { get; init; } = 1;

    /// <summary>
    /// The number of failures of the class after which the client gives up. Null, the default: it never gives up. Failures are
    /// counted until a connection has lasted <see cref="ReconnectOptions.ResetAfter"/>.
    /// </summary>
    public int? Attempts { get; init; }
}
