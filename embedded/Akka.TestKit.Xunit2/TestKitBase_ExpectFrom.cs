using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message; fails when it has another sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        TimeSpan? duration = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgFromAsync<T>(sender, duration, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        TimeSpan? duration = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) =>
        ExpectAsync<T>(
            duration,
            (_, actualSender) => AssertSender(sender, actualSender, hint),
            hint,
            cancellationToken
        );

    /// <summary>The next message; fails when it does not equal the given one or has another sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        T message,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgFromAsync(sender, message, timeout, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, T, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        T message,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) =>
        ExpectAsync<T>(
            timeout,
            (actual, actualSender) =>
            {
                AssertSender(sender, actualSender, hint);
                _assertions.AssertEqual(message, actual);
            },
            hint,
            cancellationToken
        );

    /// <summary>The next message; fails when the predicate does not hold for it or it has another sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgFromAsync(sender, isMessage, timeout, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) =>
        ExpectAsync<T>(
            timeout,
            (actual, actualSender) =>
            {
                AssertSender(sender, actualSender, hint);
                AssertPredicate(isMessage, actual, hint);
            },
            hint,
            cancellationToken
        );

    private void AssertSender(IActorRef expected, IActorRef actual, string hint) =>
        _assertions.AssertEqual(
            expected,
            actual,
            $"Sender does not match. Got a message from sender {actual}. But expected {expected} {hint}"
        );
}
