using System;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>What a ref sees of the actor behind it.</summary>
public interface ICell
{
    IActorRef Self { get; }

    ActorSystem System { get; }

    ActorSystemImpl SystemImpl { get; }

    IInternalActorRef Parent { get; }

    bool IsLocal { get; }

    Props Props { get; }

    bool HasMessages { get; }

    int NumberOfMessages { get; }

    bool IsTerminated { get; }

    void Start();

    void Suspend();

    void Resume(Exception causedByFailure);

    void Restart(Exception cause);

    void Stop();

    void SendMessage(IActorRef sender, object message);

    IInternalActorRef GetSingleChild(string name);

    bool TryGetChildStatsByName(string name, out IChildStats child);

    void SendSystemMessage(ISystemMessage message);
}
