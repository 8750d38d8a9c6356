using System;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Selectors;

/// <summary>
/// Owns a loop's engine: builds it when it starts, handles its batches, is restarted with a fresh one when it fails. The
/// sockets live in the <see cref="Selector"/>, so no connection dies with a crash; when the actor is stopped instead,
/// every socket is closed with <see cref="SelectorStoppedException"/>.
/// </summary>
internal sealed class SelectorActor : UntypedActor, IPollTarget
{
    private readonly Selector _selector;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorRef _self;

    public SelectorActor(Selector selector)
    {
        _selector = selector;
        _self = Self;
    }

    internal static Props Props(Selector selector) =>
        Akka.Actor.Props.Create(() => new SelectorActor(selector)).WithDispatcher(selector.DispatcherId);

    void IPollTarget.BatchReady() => _self.Tell(Poll.Instance, ActorRefs.NoSender);

    void IPollTarget.EngineFailed(Exception cause) => _self.Tell(new EngineFailed(cause), ActorRefs.NoSender);

    protected override void PreStart()
    {
        _selector.Open(this);
        _log.Debug("Waiting in {0} with {1} sockets", _selector.EngineName, _selector.Count);
    }

    protected override void PreRestart(Exception reason, object message) => _selector.CloseEngine();

    protected override void PostStop()
    {
        _selector.FailAll(new SelectorStoppedException(_self.Path.ToString()));
        _selector.CloseEngine();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Poll:
                try
                {
                    _selector.Dispatch();
                }
                finally
                {
                    _selector.Loop.BatchConsumed();
                }

                break;
            case EngineFailed failed:
                throw new EngineFailedException(failed.Cause);
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>A batch waits. One instance: the loop tells it without allocating.</summary>
    private sealed class Poll : INoSerializationVerificationNeeded
    {
        internal static readonly Poll Instance = new();
    }

    private sealed record EngineFailed(Exception Cause) : INoSerializationVerificationNeeded;
}
