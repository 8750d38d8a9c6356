using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message; fails when none comes in time or it is of another type.</summary>
    public T ExpectMsg<T>(
        TimeSpan? duration = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgAsync<T>(duration, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsg{T}(TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => ExpectAsync<T>(duration, static (_, _) => { }, hint, cancellationToken);

    /// <summary>The next message; fails when it does not equal the given one. Sequences are compared by element.</summary>
    public T ExpectMsg<T>(
        T message,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgAsync(message, timeout, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsg{T}(T, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        T message,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => ExpectAsync<T>(timeout, (actual, _) => _assertions.AssertEqual(message, actual), hint, cancellationToken);

    /// <summary>The next message; fails when the predicate does not hold for it.</summary>
    public T ExpectMsg<T>(
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgAsync(isMessage, timeout, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsg{T}(Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => ExpectAsync<T>(timeout, (actual, _) => AssertPredicate(isMessage, actual, hint), hint, cancellationToken);

    /// <summary>The next message, checked by the given assertions.</summary>
    public T ExpectMsg<T>(
        Action<T> assert,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgAsync(assert, timeout, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsg{T}(Action{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => ExpectAsync<T>(timeout, (actual, _) => assert?.Invoke(actual), hint, cancellationToken);

    /// <summary>The next message; fails when the predicate does not hold for it and its sender.</summary>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgAsync(isMessageAndSender, timeout, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsg{T}(Func{T, IActorRef, bool}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) =>
        ExpectAsync<T>(
            // Dilated twice, as in Akka.NET 1.5.
            RemainingOrDilated(timeout),
            (actual, sender) =>
                _assertions.AssertTrue(
                    isMessageAndSender(actual, sender),
                    "Expected {0}, but the message {{{1}}} from {2} did not match",
                    hint ?? "the predicate to return true",
                    actual,
                    sender
                ),
            hint,
            cancellationToken
        );

    /// <summary>The next message, checked together with its sender by the given assertions.</summary>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgAsync(assertMessageAndSender, timeout, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsg{T}(Action{T, IActorRef}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) =>
        ExpectAsync<T>(
            timeout,
            (actual, sender) => assertMessageAndSender?.Invoke(actual, sender),
            hint,
            cancellationToken
        );

    /// <summary>The next message; fails when the comparer does not find it equal to the given one.</summary>
    public T ExpectMsg<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgAsync(expected, comparer, timeout, hint, cancellationToken));

    /// <inheritdoc cref="ExpectMsg{T}(T, Func{T, T, bool}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) =>
        ExpectAsync<T>(
            timeout,
            (actual, _) => _assertions.AssertEqual(expected, actual, comparer, hint),
            hint,
            cancellationToken
        );

    /// <summary>The next message; fails when it is not the Terminated of the given actor, which must be watched.</summary>
    public Terminated ExpectTerminated(
        IActorRef target,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectTerminatedAsync(target, timeout, hint, cancellationToken));

    /// <inheritdoc cref="ExpectTerminated"/>
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target,
        TimeSpan? timeout = null,
        string hint = null,
        CancellationToken cancellationToken = default
    )
    {
        string expectation = $"Terminated {target}. {hint ?? ""}";
        return ExpectAsync<Terminated>(
            timeout,
            (terminated, _) => _assertions.AssertEqual(target, terminated.ActorRef, expectation),
            expectation,
            cancellationToken
        );
    }

    /// <summary>Fails when a message comes before the enclosing Within, or the default timeout, is over.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectNoMsg(CancellationToken)"/>
    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        ExpectSilenceAsync(RemainingOrDefault, cancellationToken);

    /// <summary>Fails when a message comes within the duration, which is dilated.</summary>
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(duration, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectNoMsg(TimeSpan, CancellationToken)"/>
    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectSilenceAsync(Dilated(duration), cancellationToken);

    /// <summary>Fails when a message comes within so many milliseconds, which are not dilated.</summary>
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(milliseconds, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectNoMsg(int, CancellationToken)"/>
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectSilenceAsync(TimeSpan.FromMilliseconds((double)milliseconds), cancellationToken);

    private async ValueTask<T> ExpectAsync<T>(
        TimeSpan? timeout,
        Action<T, IActorRef> assert,
        string hint,
        CancellationToken cancellationToken
    )
    {
        TimeSpan limit = RemainingOrDilated(timeout);
        (bool success, MessageEnvelope envelope) = await TryReceiveOneAsync(limit, cancellationToken);
        if (!success)
        {
            _assertions.Fail(
                "Failed: Timeout {0} while waiting for a message of type {1} {2}",
                limit,
                typeof(T),
                hint ?? ""
            );
        }

        if (envelope.Message is not T message)
        {
            _assertions.Fail(
                "Failed: Expected a message of type {0}, but received {{{2}}} (type {1}) instead {3} from {4}",
                typeof(T),
                envelope.Message.GetType(),
                envelope.Message,
                hint ?? "",
                envelope.Sender
            );
            return default;
        }

        assert(message, envelope.Sender);
        return message;
    }

    private async ValueTask ExpectSilenceAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        TimeSpan start = Now;
        (bool received, MessageEnvelope envelope) = await TryReceiveOneAsync(duration, cancellationToken);
        if (received)
        {
            _assertions.Fail(
                "Failed: Expected no messages during {0}, instead we received {1} after {2}",
                duration,
                envelope,
                Now - start
            );
        }
    }

    private void AssertPredicate<T>(Predicate<T> predicate, T message, string hint)
    {
        _assertions.AssertTrue(
            predicate?.Invoke(message) ?? true,
            "Expected {0}, but the message {{{1}}} did not match",
            hint ?? "the predicate to return true",
            message
        );
    }
}
