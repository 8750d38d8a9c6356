using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;
using Akka.Util;

namespace Akka.Reactor.Transports;

/// <summary>
/// The address of a channel for actors. The channel handles a message immediately if it is sent on the channel's own loop. A
/// message sent on any other thread is queued to the loop. This is not an actor, so a plain connection is one actor, and a write
/// needs no mailbox run. It never throws into the sender.
/// </summary>
internal sealed class TransportRef : MinimalActorRef, IEquatable<IActorRef>, INoSerializationVerificationNeeded
{
    // Never re-used, unlike descriptors: a ref that is named after its descriptor would equal the ref of the descriptor's next
    // user.
    private static long s_lastUid;

    private readonly Channel _channel;
    private readonly ReactorLoop _loop;
    private readonly ActorPath _parent;
    private readonly long _uid = Interlocked.Increment(ref s_lastUid);
    private ActorPath? _path;

    // Used only on the loop.
    private List<IInternalActorRef>? _watchers;
    private bool _terminated;

    internal TransportRef(Channel channel, ReactorLoop loop, ActorPath parent, IActorRefProvider provider)
    {
        _channel = channel;
        _loop = loop;
        _parent = parent;
        Provider = provider;
    }

    // Created when first asked for, because most connections never need it.
    public override ActorPath Path =>
        _path ??= new ChildActorPath(_parent, string.Create(null, $"transport-{_uid}"), _uid);

    public override IActorRefProvider Provider { get; }

    /// <summary>Logs and failures name the client instead of the peer from now on. Called on the loop only.</summary>
    internal void StandFor(EndPoint client) => _channel.Client = client;

    /// <inheritdoc cref="Channel.LogsEnd"/>
    internal bool LogsEnd => _channel.LogsEnd;

    /// <inheritdoc cref="Channel.ReportEnd"/>
    internal void ReportEnd(Closed closed, TlsInfo? tls) => _channel.ReportEnd(closed, tls);

    /// <inheritdoc cref="Channel.Metrics"/>
    internal ConnectionMetrics Metrics => _channel.Metrics;

    /// <inheritdoc cref="Channel.EndIsLogged"/>
    internal void EndIsLogged(ReactorException cause) => _channel.EndIsLogged(cause);

    public override bool IsTerminated => _terminated;

    /// <summary>True on the thread of the channel's loop. There, a message to this ref is handled immediately.</summary>
    internal bool IsOnLoop => _loop.IsCurrent;

    // A transport is one object, so its ref is compared by reference, without its path. Akka compares refs whenever an actor
    // watches.
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    bool IEquatable<IActorRef>.Equals(IActorRef? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => _uid.GetHashCode();

    public override ISurrogate ToSurrogate(ActorSystem system) =>
        throw new NotSupportedException(
            $"{Path} is the transport of a local connection and cannot be serialized; send messages to its owner instead."
        );

    /// <summary>Handles the end of the channel: notifies the watchers, and from now on every new watcher immediately.</summary>
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
    /// Does the same as a <see cref="ResumeWriting"/> from the owner, in a place where no message can come between: on the loop,
    /// the answer is returned and not sent. Returns null when the owner may not write yet, and on any other thread.
    /// </summary>
    /// <param name="heardAll">See <see cref="RefusalGate.Resume"/>.</param>
    internal WritingResumed? TryResumeWriting(bool heardAll) => IsOnLoop ? _channel.TryResumeWriting(heardAll) : null;

    /// <summary>Does the same as <see cref="Consumed"/>, on the loop only. Returns false on any other thread.</summary>
    internal bool TryConsume(long bytes)
    {
        bool isOnLoop = IsOnLoop;
        if (isOnLoop)
        {
            _channel.Consume(bytes);
        }

        return isOnLoop;
    }

    /// <summary>The cost of the writes that wait to be sent (<see cref="WriteCost"/>). Can be read only on the loop.</summary>
    internal long Waiting => _channel.Outbound.Cost;

    /// <summary>
    /// Gives back the memory of one <see cref="Received"/>. The owner has read all of it, and nobody has kept any of it.
    /// </summary>
    /// <param name="received">The bytes. The loop may receive into their memory again.</param>
    /// <param name="written">
    /// True if the owner may have written some of the bytes to this transport, which then still uses them.
    /// </param>
    internal void Release(in ReadOnlySequence<byte> received, bool written)
    {
        if (IsOnLoop)
        {
            _channel.Inbound.Release(_channel, received, written);
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

    /// <summary>A message from another thread, on its way to the loop.</summary>
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
