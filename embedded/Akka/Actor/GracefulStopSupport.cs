using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Stopping an actor and waiting until it is gone.</summary>
public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        target.GracefulStop(timeout, PoisonPill.Instance);

    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        IInternalActorRef watched = DeathWatcher.Watchable(target);
        using var limit = new CancellationTokenSource(timeout);
        var watcher = new DeathWatcher(watched);
        target.Tell(stopMessage, ActorRefs.NoSender);
        return await watcher.WaitAsync(limit.Token).ConfigureAwait(false);
    }
}

/// <summary>Waiting for an actor's end from outside of any actor.</summary>
public static class WatchAsyncSupport
{
    public static Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default) =>
        new DeathWatcher(DeathWatcher.Watchable(target)).WaitAsync(token);
}

/// <summary>A ref that watches one actor and turns its death into a task.</summary>
internal sealed class DeathWatcher : MinimalActorRef
{
    private readonly TaskCompletionSource<bool> _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IInternalActorRef _watched;

    public DeathWatcher(IInternalActorRef watched)
    {
        _watched = watched;
        Provider = watched.Provider;
        Path = Provider.TempPath();
        watched.SendSystemMessage(new Watch(watched, this));
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    public static IInternalActorRef Watchable(IActorRef target) =>
        target as IInternalActorRef
        ?? throw new InvalidOperationException(
            $"{target} is not an {typeof(IInternalActorRef)} and cannot be death-watched"
        );

    /// <summary>True when the actor is gone, false when the token fired first.</summary>
    public async Task<bool> WaitAsync(CancellationToken token)
    {
        await using CancellationTokenRegistration registration = token.Register(() => _died.TrySetResult(false));
        bool died = await _died.Task.ConfigureAwait(false);
        if (!died)
            _watched.SendSystemMessage(new Unwatch(_watched, this));
        return died;
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification notification && notification.Actor.Path.Equals(_watched.Path))
            _died.TrySetResult(true);
    }
}
