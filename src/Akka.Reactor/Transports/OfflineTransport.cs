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
    private readonly int _limit;
    private readonly Queue<PendingWrite> _kept = new();
    private IActorRef? _online;
    private long _bytes;
    private bool _refuses;
    private bool _over;

    /// <param name="client">The client. Its path and its name identify this transport.</param>
    /// <param name="limit">The number of bytes to keep; 0 means none.</param>
    /// <param name="provider">The provider of the actor system.</param>
    internal OfflineTransport(IActorRef client, int limit, IActorRefProvider provider)
    {
        _client = client;
        _limit = limit;
        Provider = provider;
        Path = client.Path / "offline";
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    /// <summary>True while there is a connection.</summary>
    internal bool IsOnline => Volatile.Read(ref _online) is not null;

    /// <summary>The actor that gets the answer to a write without a sender.</summary>
    internal IActorRef Owner { get; set; } = ActorRefs.Nobody;

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

            _bytes = 0;
            _refuses = false;
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
        IWriteCommand? write = message as IWriteCommand;
        lock (_lock)
        {
            if (_online is { } online)
            {
                online.Tell(message, sender);
                return;
            }

            if (write is null)
            {
                // There is no connection to which the command could apply.
                return;
            }

            // For a write whose bytes are fetched later, no bytes are kept: only the overhead counts.
            long bytes = _bytes + WriteCost.Overhead + ((write as Write)?.Data.Length ?? 0);
            _refuses |= _over || bytes > _limit;
            if (!_refuses)
            {
                _bytes = bytes;
                _kept.Enqueue(new PendingWrite(write, sender));
                return;
            }
        }

        Refuse(new PendingWrite(write, sender));
    }

    private void Refuse(PendingWrite pending) =>
        (pending.Sender is null || pending.Sender.IsNobody() ? Owner : pending.Sender).Tell(
            new WriteFailed(pending.Write, new NotConnectedException(_client.Path.Name)),
            this
        );
}
