using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Util;

namespace Akka.Reactor.Transports;

/// <summary>
/// The transport of a client's protocol while there is no connection: it refuses writes at once, or keeps so many bytes of
/// them for the next connection. Whoever has kept it reaches that connection through it. Not an actor. Any thread.
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

    /// <param name="client">Whose path it is told by.</param>
    /// <param name="limit">Bytes kept; 0: none.</param>
    /// <param name="provider">The system's.</param>
    internal OfflineTransport(IActorRef client, int limit, IActorRefProvider provider)
    {
        _client = client;
        _limit = limit;
        Provider = provider;
        Path = client.Path / "offline";
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    /// <summary>There is a connection.</summary>
    internal bool IsOnline => Volatile.Read(ref _online) is not null;

    /// <summary>Who is answered where a write had no sender.</summary>
    internal IActorRef Owner { get; set; } = ActorRefs.Nobody;

    public override ISurrogate ToSurrogate(ActorSystem system) =>
        throw new NotSupportedException(
            $"{Path} is the transport of a local client and cannot be serialized; send messages to its protocol instead."
        );

    /// <summary>There is a connection: it gets what was kept, and from now on everything.</summary>
    internal void GoOnline(IActorRef transport)
    {
        lock (_lock)
        {
            // Told under the lock: what comes from another thread comes behind it.
            while (_kept.TryDequeue(out PendingWrite kept))
            {
                transport.Tell(kept.Write, kept.Sender);
            }

            _bytes = 0;
            _refuses = false;
            _online = transport;
        }
    }

    /// <summary>The connection is lost.</summary>
    internal void GoOffline()
    {
        lock (_lock)
        {
            _online = null;
        }
    }

    /// <summary>There will be no connection any more: all that was kept is refused, and whatever comes.</summary>
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
                // Nothing is open that it could be about.
                return;
            }

            // Of one whose bytes are fetched later nothing is kept.
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
