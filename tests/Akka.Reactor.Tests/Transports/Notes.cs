using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Reactor.Tests.Transports;

/// <summary>What actors noted down, in order, for a test that waits for it. Any thread.</summary>
internal sealed class Notes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly List<object> _all = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Add(object note)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            _all.Add(note);
            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.SetResult();
    }

    internal IReadOnlyList<object> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>Waits until so many of these were noted.</summary>
    internal async Task<IReadOnlyList<T>> WaitFor<T>(int count, Func<T, bool>? which = null)
    {
        using CancellationTokenSource deadline = new(Patience);
        while (true)
        {
            Task news;
            List<T> found = [];
            lock (_gate)
            {
                foreach (object note in _all)
                {
                    if (note is T one && (which is null || which(one)))
                    {
                        found.Add(one);
                    }
                }

                news = _news.Task;
            }

            if (found.Count >= count)
            {
                return found;
            }

            try
            {
                await news.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException expired) when (deadline.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"{found.Count} of {count} {typeof(T).Name} in {Patience}: {string.Join(", ", All)}",
                    expired
                );
            }
        }
    }

    internal async Task<T> WaitFor<T>() => (await WaitFor<T>(1))[0];
}

/// <summary>Notes down what it is told, and watches what it is told to.</summary>
internal sealed class NotingActor(Notes notes) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is WatchThis watch)
        {
            Context.Watch(watch.Subject);
        }
        else
        {
            notes.Add(message);
        }
    }

    internal sealed record WatchThis(IActorRef Subject);
}
