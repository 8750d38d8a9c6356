using System;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Selectors;

/// <summary>
/// Owns a loop's engine: creates it at its start and handles its batches. When the engine fails, the actor is restarted with a
/// fresh one; while the system has no engine to give, the actor tries again and again. The sockets live in the
/// <see cref="Selector"/>, so that no connection ends with a crash. When the actor is stopped instead, every socket is closed with
/// <see cref="SelectorStoppedException"/>.
/// </summary>
internal sealed class SelectorActor : UntypedActor, IPollTarget
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly Selector _selector;
    private readonly TellDeadline _retry;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorRef _self;

    public SelectorActor(Selector selector)
    {
        _selector = selector;
        _self = Self;
        _retry = new TellDeadline(_self, Retry.Instance);
    }

    internal static Props Props(Selector selector) =>
        Akka.Actor.Props.Create(() => new SelectorActor(selector)).WithDispatcher(selector.DispatcherId);

    void IPollTarget.BatchReady() => _self.Tell(Poll.Instance, ActorRefs.NoSender);

    void IPollTarget.EngineFailed(Exception cause) => _self.Tell(new EngineFailed(this, cause), ActorRefs.NoSender);

    protected override void PreStart()
    {
        // If there is no engine at the very start, that is final: the exception stops the actor.
        _selector.Open(this);
        _log.Debug("Engine {0} opened for {1} sockets", _selector.EngineName, _selector.Count);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _selector.Loop.Disarm(_retry);
        _selector.CloseEngine();
    }

    protected override void PostRestart(Exception reason)
    {
        // If engines fail again and again, there is a pause between them. A crash of this actor is no evidence against the engines:
        // then there is no pause.
        TimeSpan pause = reason is EngineFailedException ? _selector.PauseAfterFailure() : TimeSpan.Zero;
        if (pause > TimeSpan.Zero)
        {
            _selector.Loop.Arm(_retry, pause);
        }
        else
        {
            TryOpen();
        }
    }

    protected override void PostStop()
    {
        _selector.Loop.Disarm(_retry);
        _selector.FailAll(new SelectorStoppedException(_self.Path.ToString()));
        _selector.CloseEngine();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Poll:
                int consumed = _selector.Loop.Batch.Length;
                try
                {
                    consumed = _selector.Dispatch();
                }
                finally
                {
                    _selector.Loop.BatchConsumed(consumed);
                }

                break;
            case EngineFailed failed when failed.Of == this:
                throw new EngineFailedException(failed.Cause);
            case EngineFailed:
                // The message is about the engine of the previous instance of this actor. A crash has already replaced that engine.
                break;
            case Retry when _selector.Engine is null:
                TryOpen();
                break;
            case Retry:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // Without an engine the sockets stay open: the bytes that peers send wait in the kernel, and the bytes to send wait in the
    // channels.
    private void TryOpen()
    {
        try
        {
            _selector.Open(this);
        }
        catch (Exception refusal)
        {
            if (!_selector.IsWithoutEngine)
            {
                _selector.IsWithoutEngine = true;
                _log.Warning(
                    "Cannot create a new engine; {0} sockets are waiting, retrying every {1} ms: {2}",
                    _selector.Count,
                    RetryInterval.TotalMilliseconds,
                    refusal.Message
                );
            }

            _selector.CloseEngine();
            _selector.Loop.Arm(_retry, RetryInterval);
            return;
        }

        if (_selector.IsWithoutEngine)
        {
            _selector.IsWithoutEngine = false;
            _log.Info("Created a new engine for {0} sockets", _selector.Count);
        }
    }

    /// <summary>A batch waits. There is one instance, so that the loop sends it without allocating.</summary>
    private sealed class Poll : INoSerializationVerificationNeeded
    {
        internal static readonly Poll Instance = new();
    }

    /// <summary>Another attempt to create an engine is due.</summary>
    private sealed class Retry : INoSerializationVerificationNeeded
    {
        internal static readonly Retry Instance = new();
    }

    private sealed record EngineFailed(SelectorActor Of, Exception Cause) : INoSerializationVerificationNeeded;
}
