using System;
using System.Collections.Generic;
using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Something a message can be told to.</summary>
public interface ICanTell
{
    void Tell(object message, IActorRef sender);
}

/// <summary>Handle to one incarnation of an actor; telling never blocks and never throws for a dead one.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, ISurrogated, IComparable
{
    ActorPath Path { get; }
}

/// <summary>Whether what is behind a ref lives in this process.</summary>
public interface IActorRefScope
{
    bool IsLocal { get; }
}

internal interface ILocalRef : IActorRefScope { }

/// <summary>A ref whose actor may start later than the ref exists.</summary>
public interface IRepointableRef : IActorRefScope
{
    bool IsStarted { get; }
}

/// <summary>What supervisors and cells use of a ref; user code needs it only to write refs and watchers of its own.</summary>
public interface IInternalActorRef : IActorRef, IActorRefScope
{
    IInternalActorRef Parent { get; }

    IActorRefProvider Provider { get; }

    [Obsolete("Use Context.Watch and Receive<Terminated> [1.1.0]")]
    bool IsTerminated { get; }

    IActorRef GetChild(IReadOnlyList<string> name);

    void Resume(Exception causedByFailure = null);

    void Start();

    void Stop();

    void Restart(Exception cause);

    void Suspend();

    void SendSystemMessage(ISystemMessage message);
}
