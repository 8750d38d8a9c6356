using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Threading;

namespace Akka.Reactor;

/// <summary>When a client connects again; the keys of <c>reconnect</c>, with the same names.</summary>
public sealed record ReconnectOptions
{
    /// <summary>What neither <see cref="On"/> nor configuration says otherwise: retry, but not after these.</summary>
    public static ReconnectOptions Default { get; } = new();

    /// <summary>For every class that has none of its own.</summary>
    public RetryPolicy Policy { get; init; } = new();

    /// <summary>
    /// For a class of its own. Unless it is named here, too, <see cref="FailureClass.TlsCertificate"/> and
    /// <see cref="FailureClass.ProxyAuthentication"/> stop, since the next attempt would be shown the same certificate, or show
    /// the same password.
    /// </summary>
    public IReadOnlyDictionary<FailureClass, RetryPolicy> On { get; init; } =
        new Dictionary<FailureClass, RetryPolicy>
        {
            [FailureClass.TlsCertificate] = new() { Directive = RetryDirective.Stop },
            [FailureClass.ProxyAuthentication] = new() { Directive = RetryDirective.Stop },
        }.ToFrozenDictionary();

    /// <summary>
    /// No attempt begins later than this after the first one, or after a connection was lost: then it gives up. Default
    /// infinite.
    /// </summary>
    public TimeSpan Deadline { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// A connection that has lasted this long makes all earlier failures forgotten, and attempts are counted from 1 again; unless the
    /// peer has sent nothing over it but a TLS alert, as a server does that accepts no client without a certificate. Default 30 s.
    /// </summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The policy for failures of a class.</summary>
    internal RetryPolicy Of(FailureClass failure) =>
        On.GetValueOrDefault(failure) ?? Default.On.GetValueOrDefault(failure, Policy);
}
