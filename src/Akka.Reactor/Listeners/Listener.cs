using System;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Listeners;

/// <summary>
/// The state that the two actors of a listener share and that survives a restart of the acceptor: the options, the sockets,
/// and the connections, which live and end on any loop.
/// </summary>
internal sealed class Listener
{
    private readonly IReadOnlyList<Selector> _selectors;
    private readonly ILoggingAdapter _log;
    private readonly Action<Channel, Closed> _released;
    private long _shedForMemory;
    private readonly Action<Channel, Closed> _logEnd;
    private readonly FrozenDictionary<string, Layer> _knownLayers;
    private readonly IReadOnlyList<Layer> _layers;
    private readonly AddressCounts? _addresses;

    // The index is the number of a selector. A set holds the channels that the selector serves. Each set is used on its
    // selector's loop only.
    private readonly HashSet<Channel>[] _channels;
    private uint _next;
    private int _open;
    private int _notify;

    internal Listener(
        string name,
        CheckedListener settings,
        Selector home,
        IReadOnlyList<Selector> selectors,
        ILoggingAdapter log
    )
    {
        Home = home;
        Name = name;
        EndPoint = settings.Bind.EndPoint;
        Secure = settings.EndPoint.Secure;
        Addresses = settings.Addresses;
        Protocol = settings.Bind.Protocol;
        Options = settings.Options;
        _selectors = selectors;
        _log = log;
        _released = Release;
        _logEnd = LogEnd;
        _addresses = Options.MaxConnectionsPerAddress is { } most
            ? new AddressCounts(most, Options.Ipv6AddressPrefix)
            : null;
        _channels = [.. selectors.Select(_ => new HashSet<Channel>())];
        Dictionary<string, Layer> known = new(StringComparer.Ordinal);
        if (Options.Tls is { } tls)
        {
            known["tls"] = Tls.ServerLayer(tls);
        }

        _knownLayers = known.ToFrozenDictionary(StringComparer.Ordinal);
        _layers = Secure ? [.. Options.Layers, known["tls"]] : Options.Layers;
    }

    internal string Name { get; }

    /// <summary>The end point as it was given.</summary>
    internal string EndPoint { get; }

    internal bool Secure { get; }

    /// <summary>The addresses of the end point: two for <c>localhost</c>, otherwise one.</summary>
    internal IReadOnlyList<EndPoint> Addresses { get; }

    internal Props Protocol { get; }

    internal ListenerOptions Options { get; }

    /// <summary>The selector that watches the listening sockets.</summary>
    internal Selector Home { get; }

    /// <summary>
    /// The listening sockets; null before they are bound and after they are closed. Used on the acceptor's loop only.
    /// </summary>
    internal ListeningSockets? Sockets { get; set; }

    /// <summary>The addresses that the listener is bound to; empty before. They do not change after that.</summary>
    internal IReadOnlyList<EndPoint> LocalEndPoints { get; set; } = [];

    /// <summary>The metrics of the connections; null before the bind.</summary>
    internal ConnectionMetrics? Metrics { get; set; }

    /// <summary>The first of <see cref="LocalEndPoints"/>.</summary>
    internal EndPoint LocalEndPoint => LocalEndPoints[0];

    /// <summary>
    /// Accepted sockets that have not become connections yet. They are kept here and not in a message, so that they are closed
    /// if the actor that was to take them is gone. Can be used on any thread.
    /// </summary>
    internal ConcurrentQueue<Accepted> Waiting { get; } = new();

    /// <summary>The actors that wait for the end of draining. Used on the acceptor's loop only.</summary>
    internal List<IActorRef> Drainers { get; } = [];

    /// <summary>
    /// The time at which draining ends, once it has begun, in milliseconds of the loop's clock. Used on the acceptor's loop
    /// only.
    /// </summary>
    internal long DrainUntil { get; set; } = Deadline.Never;

    /// <summary>The number of connections when draining began. Used on the acceptor's loop only.</summary>
    internal int OpenWhenDrained { get; set; }

    /// <summary>
    /// The number of connections in <see cref="OpenWhenDrained"/> that ended by themselves. Used on the acceptor's loop only,
    /// until the acceptor ends.
    /// </summary>
    internal int Finished => Math.Max(0, OpenWhenDrained - Aborted);

    /// <summary>
    /// The number of connections that were still open when the time for draining was over. Used on the acceptor's loop only.
    /// </summary>
    internal int Aborted { get; set; }

    /// <summary>
    /// The reason why the listener could not be bound. Used on the acceptor's loop only, until the acceptor ends.
    /// </summary>
    internal BindException? Failure { get; set; }

    /// <summary>
    /// Whether the listener was bound and the binder knows this. Used on the acceptor's loop only, until the acceptor ends.
    /// </summary>
    internal bool IsBound { get; set; }

    /// <summary>The number of connections that were accepted and have not ended yet. Can be read on any thread.</summary>
    internal int Open => Volatile.Read(ref _open);

    internal long Accepted { get; private set; }

    /// <summary>
    /// The number of connections that were reset because their address had too many. Used on the acceptor's loop only.
    /// </summary>
    internal long Refused { get; set; }

    /// <summary>
    /// The number of connections that were reset because descriptors were missing for too long. Used on the acceptor's loop
    /// only.
    /// </summary>
    internal long Shed { get; set; }

    /// <summary>The connections that were ended because all together held too much memory. Can be read on any thread.</summary>
    internal long ShedForMemory => Volatile.Read(ref _shedForMemory);

    /// <summary>The actor that is notified of the next end of a connection after <see cref="NotifyNextRelease"/>.</summary>
    internal IActorRef Acceptor { get; set; } = ActorRefs.Nobody;

    /// <summary>Counts an accepted connection; returns false if its address has too many.</summary>
    internal bool TryCount(EndPoint remote)
    {
        if (_addresses is not null && !_addresses.TryAdd(remote))
        {
            return false;
        }

        Interlocked.Increment(ref _open);
        Accepted++;
        return true;
    }

    /// <summary>Undoes <see cref="TryCount"/> for a connection that never began.</summary>
    /// <param name="remote">The peer's address.</param>
    /// <param name="why">The reason, for the metrics.</param>
    internal void Uncount(EndPoint remote, string why)
    {
        Metrics?.Rejected(why);
        Released(remote);
    }

    /// <summary>Resets the waiting sockets, because no actor will take them any more. Can be called on any thread.</summary>
    internal void DropWaiting()
    {
        while (Waiting.TryDequeue(out Accepted accepted))
        {
            Home.Sockets.Reset(accepted.Descriptor);
            Uncount(accepted.Remote, "stopping");
        }
    }

    /// <summary>Makes the next end of a connection notify the acceptor, once.</summary>
    /// <remarks>
    /// This is a full fence. The acceptor calls this method and then reads <see cref="Open"/>. The thread on which a connection
    /// ends changes <see cref="Open"/> and then reads the flag. If the two steps were reordered, neither thread would see the
    /// change of the other.
    /// </remarks>
    internal void NotifyNextRelease() => Interlocked.Exchange(ref _notify, 1);

    /// <summary>Cancels the notification, because the acceptor ends.</summary>
    internal void NotifyNobody() => Volatile.Write(ref _notify, 0);

    /// <summary>
    /// Creates the channel of an accepted socket, on the selector whose turn it is. The caller owns the descriptor until it
    /// starts the channel with <see cref="Start"/>. After that the channel owns the descriptor.
    /// </summary>
    internal Channel CreateChannel(nint descriptor, EndPoint remote, IActorContext context)
    {
        Selector selector = _selectors.Next(ref _next);
        Connected connected = new(ActorRefs.Nobody, remote, LocalEndPointOf(descriptor))
        {
            Options = Options.Connection,
            Layers = _layers,
            KnownLayers = _knownLayers,
        };
        IActorRefProvider provider = ((ExtendedActorSystem)context.System).Provider;
        return new Channel(
            selector,
            descriptor,
            connected,
            context.Self.Path,
            provider,
            Metrics!,
            _released,
            Options.LogConnections ? _logEnd : null
        );
    }

    /// <summary>Starts the channel, which begins to serve its protocol. Called on the supervisor's loop only.</summary>
    internal void Start(Channel channel, IActorRef protocol)
    {
        ReactorLoop loop = channel.Selector.Loop;
        if (loop.IsCurrent)
        {
            StartHere(channel, protocol);
        }
        else
        {
            loop.Execute(new ActionRun(() => StartHere(channel, protocol)));
        }
    }

    /// <summary>
    /// Aborts every connection, also one that is closing and waits for its peer: the end of its protocol would let such a
    /// connection finish. Called on the acceptor's loop, which is also the supervisor's loop: therefore every loop runs the
    /// abort after the starts that were queued before.
    /// </summary>
    internal void AbortAll()
    {
        DropWaiting();
        foreach (Selector selector in _selectors)
        {
            selector.Loop.Execute(
                new ActionRun(() =>
                {
                    // A channel that ends removes itself from the set.
                    foreach (Channel channel in _channels[selector.Index].ToArray())
                    {
                        channel.Ref.Tell(Abort.Instance, ActorRefs.NoSender);
                    }
                })
            );
        }
    }

    private void StartHere(Channel channel, IActorRef protocol)
    {
        // The channel is added first, because it may end immediately.
        _channels[channel.Selector.Index].Add(channel);
        channel.Start(protocol);
    }

    // If the listener has several addresses, or every address of the machine, each connection has a local address of its own.
    private EndPoint LocalEndPointOf(nint descriptor) =>
        LocalEndPoints.Count > 1
        || (
            LocalEndPoint is IPEndPoint { Address: var address }
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        )
            ? Home.Sockets.LocalEndPoint(descriptor)
            : LocalEndPoint;

    private void Release(Channel channel, Closed closed)
    {
        _channels[channel.Selector.Index].Remove(channel);
        if (closed.Reason == CloseReason.Shed)
        {
            Interlocked.Increment(ref _shedForMemory);
        }

        Released(channel.Connected.Remote);
    }

    private void LogEnd(Channel channel, Closed closed) =>
        _log.Info(
            "{0}: {1}{2} closed ({3}{4})",
            Name,
            channel.Remote,
            channel.Client is null ? "" : $" through {channel.Connected.Remote}",
            closed.Reason,
            closed.Cause is null ? "" : $": {closed.Cause.Message}"
        );

    private void Released(EndPoint remote)
    {
        _addresses?.Remove(remote);
        Interlocked.Decrement(ref _open);
        if (Volatile.Read(ref _notify) == 1 && Interlocked.Exchange(ref _notify, 0) == 1)
        {
            Acceptor.Tell(AcceptorActor.CountChanged.Instance, ActorRefs.NoSender);
        }
    }
}
