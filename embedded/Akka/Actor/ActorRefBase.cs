using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Equality, order and text of refs: by path and uid.</summary>
public abstract class ActorRefBase : IActorRef
{
    public abstract ActorPath Path { get; }

    public void Tell(object message, IActorRef sender) => TellInternal(message, sender);

    protected abstract void TellInternal(object message, IActorRef sender);

    public override string ToString() => Path.Uid == ActorCell.UndefinedUid ? $"[{Path}]" : $"[{Path}#{Path.Uid}]";

    public override bool Equals(object obj) => obj is IActorRef other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Path.Uid, Path.Name);

    public int CompareTo(object obj) =>
        obj switch
        {
            null => 1,
            IActorRef other => CompareTo(other),
            _ => throw new ArgumentException(
                $"Object must be of type IActorRef, found {obj.GetType()} instead.",
                nameof(obj)
            ),
        };

    public bool Equals(IActorRef other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public int CompareTo(IActorRef other)
    {
        if (other is null)
            return 1;
        int order = Path.CompareTo(other.Path);
        return order != 0 ? order : Path.Uid.CompareTo(other.Path.Uid);
    }

    public virtual ISurrogate ToSurrogate(ActorSystem system) => new Surrogate(Path.ToSerializationFormat());

    /// <summary>A ref as text; turned back into a ref by looking the path up.</summary>
    public class Surrogate : ISurrogate
    {
        public Surrogate(string path)
        {
            Path = path;
        }

        public string Path { get; }

        public ISurrogated FromSurrogate(ActorSystem system) =>
            ((ActorSystemImpl)system).Provider.ResolveActorRef(Path);
    }
}

/// <summary>Base of every ref a supervisor can handle.</summary>
public abstract class InternalActorRefBase : ActorRefBase, IInternalActorRef
{
    public abstract IInternalActorRef Parent { get; }

    public abstract IActorRefProvider Provider { get; }

    public abstract bool IsTerminated { get; }

    public abstract bool IsLocal { get; }

    public abstract IActorRef GetChild(IReadOnlyList<string> name);

    public abstract void Resume(Exception causedByFailure = null);

    public abstract void Start();

    public abstract void Stop();

    public abstract void Restart(Exception cause);

    public abstract void Suspend();

    public abstract void SendSystemMessage(ISystemMessage message);
}

/// <summary>A ref with no actor behind it: every operation does nothing until a subclass says otherwise.</summary>
public abstract class MinimalActorRef : InternalActorRefBase, ILocalRef
{
    public override IInternalActorRef Parent => ActorRefs.Nobody;

    [Obsolete("Use Context.Watch and Receive<Terminated> [1.1.0]")]
#pragma warning disable CS0809 // The base class declares it without the attribute, as in Akka.NET.
    public override bool IsTerminated => false;
#pragma warning restore CS0809

    public override bool IsLocal => true;

    public override IActorRef GetChild(IReadOnlyList<string> name) =>
        name.All(string.IsNullOrEmpty) ? this : ActorRefs.Nobody;

    public override void Resume(Exception causedByFailure = null) { }

    public override void Start() { }

    public override void Stop() { }

    public override void Restart(Exception cause) { }

    public override void Suspend() { }

    protected override void TellInternal(object message, IActorRef sender) { }

    public override void SendSystemMessage(ISystemMessage message) { }
}

/// <summary>The ref that stands for no actor where null would be a trap.</summary>
public sealed class Nobody : MinimalActorRef
{
    public static Nobody Instance = new();

    private Nobody() { }

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/Nobody");

    public override IActorRefProvider Provider => throw new NotSupportedException("Nobody does not provide");

    public override ISurrogate ToSurrogate(ActorSystem system) => NobodySurrogate.Instance;

    /// <summary>Nobody is nobody everywhere.</summary>
    public class NobodySurrogate : ISurrogate
    {
        internal static readonly NobodySurrogate Instance = new();

        public ISurrogated FromSurrogate(ActorSystem system) => Nobody.Instance;
    }
}

/// <summary>Swallows what it is told.</summary>
internal sealed class IgnoreActorRef : MinimalActorRef
{
    public IgnoreActorRef(IActorRefProvider provider)
    {
        Provider = provider;
    }

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "local")) / "ignore";

    public override IActorRefProvider Provider { get; }
}

/// <summary>A ref with an actor behind it.</summary>
public abstract class ActorRefWithCell : InternalActorRefBase
{
    public abstract ICell Underlying { get; }

    public abstract IEnumerable<IActorRef> Children { get; }

    public abstract IInternalActorRef GetSingleChild(string name);

    /// <summary>Walks down (and with <c>..</c> up) the names; anything that is not a cell answers for the rest itself.</summary>
    internal static IActorRef Walk(IInternalActorRef start, IReadOnlyList<string> names)
    {
        IInternalActorRef current = start;
        for (int i = 0; i < names.Count; i++)
        {
            if (current is not ActorRefWithCell withCell)
                return current.GetChild(names.Skip(i).ToArray());
            current = names[i] switch
            {
                ".." => withCell.Parent,
                "" => withCell,
                string name => withCell.GetSingleChild(name),
            };
        }

        return current;
    }
}
