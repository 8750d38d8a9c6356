using System;
using System.Threading.Tasks;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The sender of an ask: completes the task with the first message it is told.</summary>
public class FutureActorRef<T> : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _result;

    public FutureActorRef(TaskCompletionSource<T> result, ActorPath path, IActorRefProvider provider)
    {
        _result = result;
        Path = path;
        Provider = provider;
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    protected override void TellInternal(object message, IActorRef sender)
    {
        bool taken;
        switch (message)
        {
            case ISystemMessage:
                taken = _result.TrySetException(
                    new InvalidOperationException(
                        $"system message of type '{message.GetType().Name}' is invalid for FutureActorRef"
                    )
                );
                break;
            case T answer:
                taken = _result.TrySetResult(answer);
                break;
            case null:
                taken = _result.TrySetResult(default);
                break;
            case Status.Failure failure:
                taken = _result.TrySetException(
                    failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message.")
                );
                break;
            default:
                _result.TrySetException(
                    new ArgumentException(
                        $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]"
                    )
                );
                // An answer of the wrong type also shows up as a dead letter.
                taken = false;
                break;
        }

        if (!taken && !_result.Task.IsCanceled)
            Provider.DeadLetters.Tell(message ?? default(T), this);
    }

    public virtual void DeliverAsk(object message, ICanTell destination) => destination.Tell(message, this);
}
