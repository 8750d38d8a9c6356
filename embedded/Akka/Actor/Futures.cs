using System;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Actor;

/// <summary>Ask: tell a message and get the answer as a task.</summary>
public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(
        this ICanTell self,
        object message,
        TimeSpan? timeout,
        CancellationToken cancellationToken
    ) => self.Ask<object>(message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(
        this ICanTell self,
        object message,
        TimeSpan? timeout,
        CancellationToken cancellationToken
    ) => self.Ask<T>(_ => message, timeout, cancellationToken);

    public static Task<T> Ask<T>(
        this ICanTell self,
        Func<IActorRef, object> messageFactory,
        TimeSpan? timeout,
        CancellationToken cancellationToken
    )
    {
        IActorRefProvider provider =
            ProviderOf(self) ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self));
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        TimeSpan limit = timeout ?? provider.Settings.AskTimeout;

        CancellationTokenSource timer = null;
        if (limit > TimeSpan.Zero)
        {
            timer = new CancellationTokenSource(limit);
            timer.Token.Register(() =>
                result.TrySetException(new AskTimeoutException($"Timeout after {limit.TotalSeconds:F2} seconds"))
            );
        }

        CancellationTokenRegistration cancellation = cancellationToken.CanBeCanceled
            ? cancellationToken.Register(() => result.TrySetCanceled(cancellationToken))
            : default;

        FutureActorRef<T> future = provider.CreateFutureRef(result);
        result.Task.ContinueWith(
            _ =>
            {
                provider.UnregisterTempActor(future.Path);
                timer?.Dispose();
                cancellation.Unregister();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        provider.RegisterTempActor(future, future.Path);
        future.DeliverAsk(messageFactory(future), self);
        return result.Task;
    }

    private static IActorRefProvider ProviderOf(ICanTell target) =>
        target switch
        {
            ActorSelection selection => ProviderOf(selection.Anchor),
            IInternalActorRef actor => actor.Provider,
            _ => ActorCell.Current?.SystemImpl.Provider,
        };
}
