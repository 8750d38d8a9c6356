using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Util;

namespace Akka.Reactor.Transports;

/// <summary>
/// The transport of a client's protocol while there is no connection. It refuses writes immediately, or keeps up to a given number
/// of bytes of them for the next connection. An actor that has kept this ref reaches the next connection through it. It is not an
/// actor. Can be used on any thread.
/// </summary>
internal sealed class OfflineTransport : MinimalActorRef, INoSerializationVerificationNeeded
{
    private readonly Lock _lock = new();
    private readonly IActorRef _client;
    private readonly Queue<PendingWrite> _kept = new();
    private TransportCore _core = new(ActorRefs.Nobody); // A mutable struct must not be readonly.
    private IActorRef? _online;
    private long _cost;
    private bool _over;

    /// <param name="client">The client. Its path and its name identify this transport.</param>
    /// <param name="limit">The most that is kept, in the measure of <see cref="WriteCost"/>; 0 means nothing.</param>
    /// <param name="provider">The provider of the actor system.</param>
    internal OfflineTransport(IActorRef client, int limit, IActorRefProvider provider)
    {
        _client = client;
        _core.Connect(limit, tellsDelivery: true);
        Provider = provider;
        Path = client.Path / "offline";
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    /// <summary>True while there is a connection.</summary>
    internal bool IsOnline => Volatile.Read(ref _online) is not null;

    /// <summary>The actor that gets the answer to a write without a sender.</summary>
    internal IActorRef Owner
    {
        get => _core.Owner;
        set => _core.Own(value);
    }

    public override ISurrogate ToSurrogate(ActorSystem system) =>
        throw new NotSupportedException(
            $"{Path} is the transport of a local client and cannot be serialized; send messages to its protocol instead."
        );

    /// <summary>Sends the kept writes to a new connection, and from now on all messages.</summary>
    internal void GoOnline(IActorRef transport)
    {
        lock (_lock)
        {
            // Sends under the lock, so that messages from other threads come behind the kept writes.
            while (_kept.TryDequeue(out PendingWrite kept))
            {
                transport.Tell(kept.Write, kept.Sender);
            }

            _cost = 0;
            _core.AcceptAgain();
            _online = transport;
        }
    }

    /// <summary>Notes that the connection is lost.</summary>
    internal void GoOffline()
    {
        lock (_lock)
        {
            _online = null;
        }
    }

    /// <summary>Refuses all kept writes and all later ones, because there will be no other connection.</summary>
    internal void End()
    {
        PendingWrite[] left;
        lock (_lock)
        {
            _over = true;
            _online = null;
            left = [.. _kept];
            _kept.Clear();
        }

        foreach (PendingWrite write in left)
        {
            Refuse(write);
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        PendingWrite pending;
        lock (_lock)
        {
            if (_online is { } online)
            {
                online.Tell(message, sender);
                return;
            }

            if (message is not IWriteCommand write)
            {
                // There is no connection to which the command could apply.
                return;
            }

            pending = _core.Pending(write, sender);

            // The bytes of a source are fetched later, so none of them are kept.
            long cost = WriteCost.Overhead + ((write as Write)?.Data.Length ?? 0);
            if (!_over && _core.Refuse(write, _cost + cost - WriteCost.SizeOf(write, _core.Limit)) is null)
            {
                _cost += cost;
                _kept.Enqueue(pending);
                return;
            }
        }

        Refuse(pending);
    }

    private void Refuse(in PendingWrite pending) =>
        pending.Sender.Tell(pending.Fail(new NotConnectedException(_client.Path.Name)), this);
}
