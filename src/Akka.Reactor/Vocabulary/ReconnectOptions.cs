using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Threading;

namespace Akka.Reactor;

/// <summary>The rules by which a client connects again. They are the keys of <c>reconnect</c>, with the same names.</summary>
public sealed record ReconnectOptions
{
    /// <summary>
    /// The defaults of <c>reference.conf</c>: a client retries after every failure, except after those of the classes that
    /// <see cref="On"/> names by default.
    /// </summary>
    public static ReconnectOptions Default { get; } = new();

    /// <summary>The policy for every class of failures that has no policy of its own.</summary>
    public RetryPolicy Policy { get; init; } = new();

    /// <summary>
    /// The policies of single classes of failures. If <see cref="FailureClass.TlsCertificate"/> or
    /// <see cref="FailureClass.ProxyAuthentication"/> is not named here, its directive is stop, because the peer would present the
    /// same certificate in the next attempt, or the client the same password.
    /// </summary>
    public IReadOnlyDictionary<FailureClass, RetryPolicy> On { get; init; } =
        new Dictionary<FailureClass, RetryPolicy>
        {
            [FailureClass.TlsCertificate] = new() { Directive = RetryDirective.Stop },
            [FailureClass.ProxyAuthentication] = new() { Directive = RetryDirective.Stop },
        }.ToFrozenDictionary();

    /// <summary>
    /// The longest time without a connection, counted from the first attempt or from the loss of a connection. The client gives up
    /// if the next attempt would begin later. Default infinite.
    /// </summary>
    public TimeSpan Deadline { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// After a connection that has lasted at least this long, all earlier failures are forgotten, and attempts are counted from 1
    /// again. This does not apply if the peer has sent nothing over the connection but a TLS alert, as a server does that accepts
    /// no client without a certificate. Default 30 s.
    /// </summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Returns the policy for failures of the given class.</summary>
    internal RetryPolicy Of(FailureClass failure) =>
        On.GetValueOrDefault(failure) ?? Default.On.GetValueOrDefault(failure, Policy);
}
