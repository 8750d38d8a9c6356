using System;
using System.Buffers;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Reactor.EventLoop;
using Akka.Util;

namespace Akka.Reactor.Transports;

/// <summary>
/// A channel's address for actors: told something on its own loop, the channel acts at once; told from any other thread,
/// the command is queued to the loop. Not an actor, so a plain connection is one actor and a write no mailbox run. Never
/// throws into the teller.
/// </summary>
internal sealed class TransportRef : MinimalActorRef, IEquatable<IActorRef>, INoSerializationVerificationNeeded
{
    // Never re-used, unlike descriptors: a ref named for its descriptor would equal its successor.
    private static long s_lastUid;

    private readonly Channel _channel;
    private readonly ReactorLoop _loop;
    private readonly ActorPath _parent;
    private readonly long _uid = Interlocked.Increment(ref s_lastUid);
    private ActorPath? _path;
    private bool _ownerPaces;
    private bool _ownerReadsToEnd;

    // Loop only.
    private List<IInternalActorRef>? _watchers;
    private bool _terminated;

    internal TransportRef(Channel channel, ReactorLoop loop, ActorPath parent, IActorRefProvider provider)
    {
        _channel = channel;
        _loop = loop;
        _parent = parent;
        Provider = provider;
    }

    // Made when first asked for: most connections never are.
    public override ActorPath Path =>
        _path ??= new ChildActorPath(_parent, string.Create(null, $"transport-{_uid}"), _uid);

    public override IActorRefProvider Provider { get; }

    /// <summary>
    /// Whether the owner at the top of this connection's stack answers a <see cref="Writable"/> with
    /// <see cref="ResumeWriting"/>. Says of itself a <see cref="ProtocolActor"/>, before it writes anything; taken back when
    /// somebody else claims the top. Any thread.
    /// </summary>
    internal bool OwnerPaces
    {
        get => Volatile.Read(ref _ownerPaces);
        set => Volatile.Write(ref _ownerPaces, value);
    }

    /// <summary>
    /// Whether a reset that comes while the owner at the top of the stack has suspended reading waits until it has read what came
    /// before. Said as <see cref="OwnerPaces"/> is.
    /// </summary>
    internal bool OwnerReadsToEnd
    {
        get => Volatile.Read(ref _ownerReadsToEnd);
        set => Volatile.Write(ref _ownerReadsToEnd, value);
    }

    /// <inheritdoc cref="Channel.LogsEnd"/>
    internal bool LogsEnd => _channel.LogsEnd;

    /// <inheritdoc cref="Channel.LogEnd"/>
    internal void LogEnd(Closed closed) => _channel.LogEnd(closed);

    /// <inheritdoc cref="Channel.EndIsLogged"/>
    internal void EndIsLogged() => _channel.EndIsLogged();

    public override bool IsTerminated => _terminated;

    /// <summary>Whether this is its loop's thread, on which what it is told is done at once.</summary>
    internal bool IsOnLoop => _loop.IsCurrent;

    // It is one object, and can be told from others without its path; whoever watches or is watched asks that.
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    bool IEquatable<IActorRef>.Equals(IActorRef? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => _uid.GetHashCode();

    public override ISurrogate ToSurrogate(ActorSystem system) =>
        throw new NotSupportedException(
            $"{Path} is the transport of a local connection and cannot be serialized; send messages to its owner instead."
        );

    /// <summary>The channel is gone: answers the watchers, and from now on every watch at once.</summary>
    internal void Terminate()
    {
        _terminated = true;
        foreach (IInternalActorRef watcher in _watchers ?? [])
        {
            NotifyWatcher(watcher);
        }

        _watchers = null;
    }

    /// <summary>
    /// As <see cref="ResumeWriting"/> told by the owner, where nothing can come between: on the loop its answer is returned, and not
    /// told. Null when the owner may not write yet, and on any other thread.
    /// </summary>
    /// <param name="heardAll">See <see cref="RefusalGate.Resume"/>.</param>
    internal WritingResumed? TryResumeWriting(bool heardAll) => IsOnLoop ? _channel.TryResumeWriting(heardAll) : null;

    /// <summary>What waits to be sent, by its cost (<see cref="WriteCost"/>). On the loop only.</summary>
    internal long Waiting => _channel.Waiting;

    /// <summary>The owner has read what it was told, all of one <see cref="Received"/>, and nobody has kept any of it.</summary>
    /// <param name="received">The loop may receive into this memory again.</param>
    /// <param name="written">Nobody but this transport, which may have been told to write some of it.</param>
    internal void Release(in ReadOnlySequence<byte> received, bool written)
    {
        if (IsOnLoop)
        {
            _channel.Release(received, written);
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (IsOnLoop)
        {
            _channel.Handle(message, sender);
        }
        else
        {
            _loop.Execute(new Command(this, message, sender));
        }
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (IsOnLoop)
        {
            HandleSystem(message);
        }
        else
        {
            _loop.Execute(new Command(this, message, ActorRefs.NoSender));
        }
    }

    private void HandleSystem(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch when ReferenceEquals(watch.Watchee, this):
                if (_terminated)
                {
                    NotifyWatcher(watch.Watcher);
                }
                else if (!(_watchers ??= []).Contains(watch.Watcher))
                {
                    _watchers.Add(watch.Watcher);
                }

                break;
            case Unwatch unwatch when ReferenceEquals(unwatch.Watchee, this):
                _watchers?.Remove(unwatch.Watcher);
                break;
            case DeathWatchNotification death:
                _channel.OwnerTerminated(death.Actor);
                break;
        }
    }

    private void NotifyWatcher(IInternalActorRef watcher) =>
        watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));

    /// <summary>Something told from another thread, on its way to the loop.</summary>
    private sealed class Command(TransportRef target, object message, IActorRef? sender) : IRunnable
    {
        public void Run()
        {
            if (message is ISystemMessage system)
            {
                target.HandleSystem(system);
            }
            else
            {
                target._channel.Handle(message, sender);
            }
        }

        public void Execute() => Run();
    }
}
