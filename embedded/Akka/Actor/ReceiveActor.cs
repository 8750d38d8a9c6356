using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor that lists in its constructor what it receives; the first handler that fits takes the message.</summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private readonly Stack<Handlers> _configuring = new();
    private Handlers _initial;

    protected ReceiveActor()
    {
        _configuring.Push(new Handlers());
    }

    void IInitializableActor.Init()
    {
        // An instance that its creator returns a second time has its handlers already.
        _initial ??= _configuring.Pop();
    }

    protected sealed override void OnReceive(object message) => Execute(_initial, message);

    protected void Become(Action configure) => base.Become(Behavior(configure));

    protected void BecomeStacked(Action configure) => base.BecomeStacked(Behavior(configure));

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) =>
        Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) =>
        Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(Async(handler));

    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null)
    {
        if (shouldHandle is null)
            Add(
                message =>
                {
                    if (message is not T wanted)
                        return false;
                    handler(wanted);
                    return true;
                },
                takesAll: typeof(T) == typeof(object)
            );
        else
            Add(message =>
            {
                if (message is not T wanted || !shouldHandle(wanted))
                    return false;
                handler(wanted);
                return true;
            });
    }

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        Add(
            message =>
            {
                if (!messageType.IsInstanceOfType(message) || shouldHandle?.Invoke(message) == false)
                    return false;
                handler(message);
                return true;
            },
            takesAll: messageType == typeof(object) && shouldHandle is null
        );

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Add(message => message is T wanted && handler(wanted));

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Add(message => messageType.IsInstanceOfType(message) && handler(message));

    protected void ReceiveAny(Action<object> handler) =>
        Add(
            message =>
            {
                handler(message);
                return true;
            },
            takesAll: true
        );

    private static Action<T> Async<T>(Func<T, Task> handler) =>
        message => ActorTaskScheduler.RunTask(() => handler(message));

    private void Add(Func<object, bool> handler, bool takesAll = false)
    {
        if (!_configuring.TryPeek(out Handlers handlers))
            throw new InvalidOperationException(
                "You may only call Receive-methods when constructing the actor and inside Become()."
            );
        handlers.Add(handler, takesAll);
    }

    private UntypedReceive Behavior(Action configure)
    {
        _configuring.Push(new Handlers());
        configure();
        Handlers handlers = _configuring.Pop();
        return message => Execute(handlers, message);
    }

    private void Execute(Handlers handlers, object message)
    {
        if (!handlers.Handle(message))
            Unhandled(message);
    }

    private sealed class Handlers
    {
        private readonly List<Func<object, bool>> _handlers = [];
        private bool _takesAll;

        public void Add(Func<object, bool> handler, bool takesAll)
        {
            if (_takesAll)
                throw new InvalidOperationException(
                    "A handler that catches all messages has been added. No handler can be added after that."
                );
            _takesAll = takesAll;
            _handlers.Add(handler);
        }

        public bool Handle(object message)
        {
            foreach (Func<object, bool> handler in _handlers)
            {
                if (handler(message))
                    return true;
            }

            return false;
        }
    }
}
