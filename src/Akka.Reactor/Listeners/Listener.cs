using System;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Listeners;

/// <summary>
/// What the two actors of a listener share and what survives the acceptor's restart: its options, its socket, and its
/// connections, which live and end on any loop.
/// </summary>
internal sealed class Listener
{
    private readonly IReadOnlyList<Selector> _selectors;
    private readonly ILoggingAdapter _log;
    private readonly Action<Channel, Closed> _released;
    private readonly Action<Channel, Closed> _logEnd;
    private readonly FrozenDictionary<string, Layer> _knownLayers;
    private readonly IReadOnlyList<Layer> _layers;
    private readonly AddressCounts? _addresses;

    // Of each selector, by its number, those that it serves. A set is for its selector's loop only.
    private readonly HashSet<Channel>[] _channels;
    private uint _next;
    private int _open;
    private int _notify;

    internal Listener(
        string name,
        string endPoint,
        bool secure,
        EndPoint address,
        Props protocol,
        ListenerOptions options,
        Selector home,
        IReadOnlyList<Selector> selectors,
        ILoggingAdapter log
    )
    {
        Home = home;
        Name = name;
        EndPoint = endPoint;
        Secure = secure;
        Address = address;
        Protocol = protocol;
        Options = options;
        _selectors = selectors;
        _log = log;
        _released = Release;
        _logEnd = LogEnd;
        _addresses = options.MaxConnectionsPerAddress is { } most ? new AddressCounts(most) : null;
        _channels = [.. selectors.Select(_ => new HashSet<Channel>())];
        Dictionary<string, Layer> known = new(StringComparer.Ordinal);
        if (options.Tls is { } tls)
        {
            known["tls"] = Tls.ServerLayer(tls);
        }

        _knownLayers = known.ToFrozenDictionary(StringComparer.Ordinal);
        _layers = secure ? [.. options.Layers, known["tls"]] : options.Layers;
    }

    internal string Name { get; }

    /// <summary>As asked for.</summary>
    internal string EndPoint { get; }

    /// <summary>Whether it was asked for by this name, which has two addresses, of which a socket has one.</summary>
    internal bool IsLocalhost => EndPoint.Contains("://localhost:", StringComparison.Ordinal);

    internal bool Secure { get; }

    internal EndPoint Address { get; }

    internal Props Protocol { get; }

    internal ListenerOptions Options { get; }

    /// <summary>The selector that watches the listening socket.</summary>
    internal Selector Home { get; }

    /// <summary>Null before it is bound and after it is closed. The acceptor's loop only.</summary>
    internal ListeningSocket? Socket { get; set; }

    /// <summary>Where it is bound, for good.</summary>
    internal EndPoint? LocalEndPoint { get; set; }

    /// <summary>
    /// Accepted sockets on their way to become connections. Here and not in a message, so that they are closed when
    /// the actor that was to take them is gone. Any thread.
    /// </summary>
    internal ConcurrentQueue<Accepted> Waiting { get; } = new();

    /// <summary>Who waits for the end of draining. The acceptor's loop only.</summary>
    internal List<IActorRef> Drainers { get; } = [];

    /// <summary>When draining ends, once begun, in milliseconds of the loop's clock. The acceptor's loop only.</summary>
    internal long DrainUntil { get; set; } = Deadline.Never;

    /// <summary>How many connections there were when draining began. The acceptor's loop only.</summary>
    internal int OpenWhenDrained { get; set; }

    /// <summary>How many of them ended by themselves. The acceptor's loop only, until its end.</summary>
    internal int Finished => Math.Max(0, OpenWhenDrained - Aborted);

    /// <summary>How many connections were still there when the time to drain was over. The acceptor's loop only.</summary>
    internal int Aborted { get; set; }

    /// <summary>Why it could not be bound. The acceptor's loop only, until its end.</summary>
    internal BindException? Failure { get; set; }

    /// <summary>Whether who asked for it knows that it is bound. The acceptor's loop only, until its end.</summary>
    internal bool IsBound { get; set; }

    /// <summary>Accepted and not ended yet. Any thread.</summary>
    internal int Open => Volatile.Read(ref _open);

    internal long Accepted { get; private set; }

    /// <summary>Reset because their address had too many. The acceptor's loop only.</summary>
    internal long Refused { get; set; }

    /// <summary>Reset because descriptors were missing for too long. The acceptor's loop only.</summary>
    internal long Shed { get; set; }

    /// <summary>Whom to tell of the next end of a connection, when asked for with <see cref="NotifyNextRelease"/>.</summary>
    internal IActorRef Acceptor { get; set; } = ActorRefs.Nobody;

    /// <summary>Counts an accepted connection, unless its address has too many.</summary>
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

    /// <summary>Takes back <see cref="TryCount"/>: the connection never began.</summary>
    internal void Uncount(EndPoint remote) => Released(remote);

    /// <summary>Closes what waits: nobody will take it any more. Any thread.</summary>
    internal void DropWaiting()
    {
        while (Waiting.TryDequeue(out Accepted accepted))
        {
            Home.Sockets.Reset(accepted.Descriptor);
            Uncount(accepted.Remote);
        }
    }

    /// <summary>The acceptor is told once when a connection ends after this.</summary>
    /// <remarks>
    /// A full fence: who asks looks at <see cref="Open"/> next, and whoever ends a connection changes that and then looks here.
    /// Were the two reordered, neither would see the other.
    /// </remarks>
    internal void NotifyNextRelease() => Interlocked.Exchange(ref _notify, 1);

    /// <summary>The acceptor ends: nobody is to be told any more.</summary>
    internal void NotifyNobody() => Volatile.Write(ref _notify, 0);

    /// <summary>
    /// Makes the channel of an accepted socket, on the selector whose turn it is. The descriptor is the channel's once it is
    /// started with <see cref="Start"/>, and until then the caller's.
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
            _released,
            Options.LogConnections ? _logEnd : null
        );
    }

    /// <summary>The channel begins to serve its protocol. The supervisor's loop only.</summary>
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
    /// Aborts every connection, also one that is closing and waits for its peer, which the end of its protocol would let
    /// finish. On the acceptor's loop, which is the supervisor's: every loop comes to this after the starts told to it before.
    /// </summary>
    internal void AbortAll()
    {
        DropWaiting();
        foreach (Selector selector in _selectors)
        {
            selector.Loop.Execute(
                new ActionRun(() =>
                {
                    // An end takes its channel out of the set.
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
        // First: it may end at once.
        _channels[channel.Selector.Index].Add(channel);
        channel.Start(protocol);
    }

    // Bound to every address of the machine, each connection has come to one of them.
    private EndPoint LocalEndPointOf(nint descriptor) =>
        LocalEndPoint is IPEndPoint { Address: var address }
        && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? Home.Sockets.LocalEndPoint(descriptor)
            : LocalEndPoint!;

    private void Release(Channel channel, Closed closed)
    {
        _channels[channel.Selector.Index].Remove(channel);
        Released(channel.Connected.Remote);
    }

    private void LogEnd(Channel channel, Closed closed) =>
        _log.Info(
            "{0}: {1} closed ({2}{3})",
            Name,
            channel.Connected.Remote,
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
