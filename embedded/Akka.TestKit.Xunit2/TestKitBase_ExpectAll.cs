using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message; fails when it equals none of the given ones.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Wait(ExpectMsgAnyOfAsync(messages, cancellationToken));

    /// <inheritdoc cref="ExpectMsgAnyOf"/>
    public async ValueTask<T> ExpectMsgAnyOfAsync<T>(
        IEnumerable<T> messages,
        CancellationToken cancellationToken = default
    )
    {
        TimeSpan limit = RemainingOrDefault;
        object message = await ReceiveOneAsync(limit, cancellationToken);
        _assertions.AssertTrue(
            message is not null,
            "Timeout {0} during waiting for ExpectMsgAnyOf waiting for ({1})",
            limit,
            string.Join(',', messages)
        );
        _assertions.AssertTrue(
            message is T typed && messages.Contains(typed),
            "ExpectMsgAnyOf found unexpected {0}",
            message
        );
        return (T)message;
    }

    /// <summary>As many messages as are given; fails when they are not the given ones, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) =>
        ExpectMsgAllOf(messages, CancellationToken.None);

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        IReadOnlyCollection<T> messages,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgAllOfAsync(messages, cancellationToken), cancellationToken);

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        IReadOnlyCollection<T> messages,
        CancellationToken cancellationToken = default
    ) => ExpectInAnyOrderAsync(() => RemainingOrDefault, messages, cancellationToken);

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) =>
        ExpectMsgAllOf(max, messages, CancellationToken.None);

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max,
        IReadOnlyCollection<T> messages,
        CancellationToken cancellationToken = default
    ) => Wait(ExpectMsgAllOfAsync(max, messages, cancellationToken), cancellationToken);

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max,
        IReadOnlyCollection<T> messages,
        CancellationToken cancellationToken = default
    ) => ExpectInAnyOrderAsync(() => DilatedFinite(max), messages, cancellationToken);

    private async IAsyncEnumerable<T> ExpectInAnyOrderAsync<T>(
        Func<TimeSpan> max,
        IReadOnlyCollection<T> messages,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        List<T> missing = messages.ToList();
        var unexpected = new List<object>();
        await foreach (object message in ReceiveExactlyAsync(messages.Count, max, cancellationToken))
        {
            if (message is not T typed)
            {
                unexpected.Add(message);
                continue;
            }

            // A message that is its type's default value (0, false) never counts as found, as in Akka.NET 1.5.
            if (EqualityComparer<T>.Default.Equals(typed, default) || !missing.Remove(typed))
                unexpected.Add(message);
            yield return typed;
        }

        if (missing.Count == 0 && unexpected.Count == 0)
            yield break;
        string notFound = missing.Count == 0 ? "" : $"not found [{string.Join(", ", missing)}] ";
        string notAsked = unexpected.Count == 0 ? "" : $"found unexpected [{string.Join(", ", unexpected)}]";
        _assertions.Fail("{0}", notFound + notAsked);
    }
}
