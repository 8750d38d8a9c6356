using System;
using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Configuration;
using Akka.Reactor.Connections;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Clients;

/// <summary>
/// Makes one outgoing connection: resolves, connects to the first address that answers, puts the layers in, and hands the
/// connection to the protocol, whose parent it is. As the connection's first protocol it stays until it ends. Addresses are
/// tried one after the other, each for its share of the time that is left, so that one that is silent costs not all of it.
/// </summary>
internal sealed class DialerActor : ProtocolActor
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ReactorEndPoint _endPoint;
    private readonly Connect _connect;
    private readonly ConnectOptions _options;
    private readonly Selector _selector;
    private readonly IActorRef _asker;
    private readonly Resolver _resolver;
    private readonly TellDeadline _dnsDeadline;
    private readonly TellDeadline _again;
    private readonly CancellationTokenSource _resolving = new();
    private readonly Queue<EndPoint> _addresses = new();
    private Phase _phase = Phase.Resolving;
    private TellDeadline? _attemptDeadline;
    private int _attempt;
    private long _until = Deadline.Never;
    private ConnectingSocket? _socket;
    private EndPoint? _address;
    private bool _answered;

    public DialerActor(
        ReactorEndPoint endPoint,
        Connect connect,
        ConnectOptions options,
        Selector selector,
        Resolver resolver,
        IActorRef asker
    )
    {
        _resolver = resolver;
        _endPoint = endPoint;
        _connect = connect;
        _options = options;
        _selector = selector;
        _asker = asker;
        _dnsDeadline = new TellDeadline(Self, DnsExpired.Instance);
        _again = new TellDeadline(Self, Again.Instance);
    }

    internal static Props Props(
        ReactorEndPoint endPoint,
        Connect connect,
        ConnectOptions options,
        Selector selector,
        Resolver resolver,
        IActorRef asker
    ) =>
        Akka
            .Actor.Props.Create(() => new DialerActor(endPoint, connect, options, selector, resolver, asker))
            .WithDispatcher(selector.DispatcherId);

    private enum Phase
    {
        Resolving,
        Connecting,

        // For room in the backlog of a unix socket.
        Waiting,

        // The connection is there; from here on it is for its layers and the protocol.
        Connected,
    }

    private ReactorLoop Loop => _selector.Loop;

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(_ => Directive.Stop, loggingEnabled: true);

    protected override void PreStart()
    {
        if (_endPoint.UnixPath is not null)
        {
            Self.Tell(new Resolved([_endPoint.UnixAddress(out _)!]), Self);
            return;
        }

        if (_endPoint.Address is { } literal)
        {
            Self.Tell(Resolve([literal]), Self);
            return;
        }

        if (_options.DnsTimeout != Timeout.InfiniteTimeSpan)
        {
            Loop.Arm(_dnsDeadline, _options.DnsTimeout);
        }

        string host = _endPoint.Host;
        _ = Lookup(host)
            .PipeTo(
                Self,
                Self,
                addresses => Resolve(addresses),
                cause => new NotResolved(new DnsException(host, cause.Message, cause))
            );
    }

    // A connection cannot be made twice for one answer.
    protected override void PostRestart(Exception reason)
    {
        // By the instance before this one.
        _answered = true;
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        Loop.Disarm(_dnsDeadline);
        Loop.Disarm(_again);
        EndAttempt();
        _resolving.Cancel();
        _resolving.Dispose();
        if (!_answered)
        {
            Answer(new TransportClosedException(CloseReason.Aborted));
        }
    }

    protected override void OnConnected()
    {
        IActorRef protocol = SwapProtocol(_connect.Protocol);
        _answered = true;
        _asker.Tell(new ConnectionMade(protocol, Connection with { Transport = Transport }), Self);
    }

    // What comes before the protocol is there is kept for it.
    protected override long OnReceived(ReadOnlySequence<byte> data) => 0;

    protected override void OnPeerFinished() { }

    protected override void OnClosed(Closed closed) =>
        Answer(closed.Exception ?? new TransportClosedException(closed.Reason));

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case Resolved resolved when _phase == Phase.Resolving:
                BeginConnecting(resolved.Addresses);
                break;
            case NotResolved failed when _phase == Phase.Resolving:
                Fail(failed.Reason);
                break;
            case DnsExpired when _phase == Phase.Resolving:
                Fail(new DnsTimeoutException(_endPoint.Host, _options.DnsTimeout));
                break;
            case Again when _phase == Phase.Waiting:
                if (TryAddress() is { } refusal)
                {
                    DialNext(refusal);
                }

                break;
            case ConnectingSocket.Decided decided when decided.Socket == _socket:
                Decide(decided);
                break;
            case AttemptExpired expired when expired.Attempt == _attempt && _phase != Phase.Connected:
                EndAttempt();
                DialNext(TimedOut());
                break;
            case Resolved or NotResolved or DnsExpired or Again or ConnectingSocket.Decided or AttemptExpired:
                // Of what is over.
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    // A resolver that throws at once has failed as one that does so later.
    private async Task<IPAddress[]> Lookup(string host) =>
        await _resolver(host, _resolving.Token).ConfigureAwait(false);

    private void BeginConnecting(IReadOnlyList<EndPoint> addresses)
    {
        Loop.Disarm(_dnsDeadline);
        _phase = Phase.Connecting;
        foreach (EndPoint address in addresses)
        {
            _addresses.Enqueue(address);
        }

        if (_options.ConnectTimeout != Timeout.InfiniteTimeSpan)
        {
            _until = Loop.Now + (long)_options.ConnectTimeout.TotalMilliseconds;
        }

        DialNext(new DnsException(_endPoint.Host, "it has no address"));
    }

    /// <summary>Tries one address after the other until one is being connected; with none left the last failure stands.</summary>
    private void DialNext(ReactorException failure)
    {
        int left = _addresses.Count;
        while (_addresses.TryDequeue(out _address))
        {
            BeginAttempt(left--);
            if (TryAddress() is not { } refusal)
            {
                return;
            }

            EndAttempt();
            failure = refusal;
        }

        Fail(failure);
    }

    /// <summary>Begins to connect, or to wait for room; otherwise the reason why neither is possible.</summary>
    private ReactorException? TryAddress()
    {
        _phase = Phase.Connecting;
        try
        {
            nint descriptor = _selector.Sockets.Connect(_address!, _options.Connection.Socket);
            _socket = new ConnectingSocket(_selector, descriptor, Self);
            return null;
        }
        catch (SocketFaultException full) when (full.Fault == SocketFault.WouldBlock)
        {
            // A unix socket's backlog is full: the system does not wait for room there, so we do.
            _phase = Phase.Waiting;
            Loop.Arm(_again, Pause);
            return null;
        }
        catch (SocketFaultException fault)
        {
            return ToException(fault.Fault, fault.Errno, fault.Text);
        }
        catch (ReactorException refusal)
        {
            // The selector was stopped, or its engine cannot watch this descriptor.
            return refusal;
        }
    }

    private void BeginAttempt(int addressesLeft)
    {
        _attempt++;
        if (_until != Deadline.Never)
        {
            // Its own message for each: that of an earlier one may be in the mailbox already.
            _attemptDeadline = new TellDeadline(Self, new AttemptExpired(_attempt));
            double share = Math.Max(0, _until - Loop.Now) / (double)addressesLeft;
            Loop.Arm(_attemptDeadline, TimeSpan.FromMilliseconds(share));
        }
    }

    private void EndAttempt()
    {
        if (_attemptDeadline is { } deadline)
        {
            Loop.Disarm(deadline);
            _attemptDeadline = null;
        }

        Loop.Disarm(_again);
        _socket?.Close();
        _socket = null;
    }

    private void Decide(ConnectingSocket.Decided decided)
    {
        if (decided.Fault == SocketFault.None)
        {
            Begin(decided.Socket);
            return;
        }

        EndAttempt();
        DialNext(
            decided.Cause switch
            {
                null => ToException(decided.Fault, decided.Errno, _selector.Sockets.Describe(decided.Errno)),
                ReactorException reason => reason,
                var cause => ToException(decided.Fault, 0, cause.Message),
            }
        );
    }

    private void Begin(ConnectingSocket socket)
    {
        Channel channel;
        try
        {
            channel = CreateChannel(socket.Descriptor);
        }
        catch (Exception fault)
        {
            Fail(fault as ReactorException ?? ToException(SocketFault.Other, 0, fault.Message));
            return;
        }

        // Nothing that could throw comes between: from here on the descriptor is the channel's.
        _ = socket.Take();
        EndAttempt();
        _phase = Phase.Connected;
        channel.Start(Self);
    }

    private Channel CreateChannel(nint descriptor)
    {
        Layer? tls = TlsLayer();
        Connected connected = new(ActorRefs.Nobody, _address!, _selector.Sockets.LocalEndPoint(descriptor))
        {
            Options = _options.Connection,
            Layers = _endPoint.Secure ? [.. _options.Layers, tls!] : _options.Layers,
            KnownLayers = tls is null
                ? FrozenDictionary<string, Layer>.Empty
                : new Dictionary<string, Layer>(StringComparer.Ordinal) { ["tls"] = tls }.ToFrozenDictionary(
                    StringComparer.Ordinal
                ),
        };
        IActorRefProvider provider = ((ExtendedActorSystem)Context.System).Provider;
        return new Channel(_selector, descriptor, connected, Self.Path, provider, released: null);
    }

    // A path is no name that a certificate could be verified against: there it has to be given.
    private Layer? TlsLayer()
    {
        if (_options.Tls is null && _endPoint.UnixPath is not null)
        {
            return null;
        }

        TlsClientOptions tls =
            _options.Tls
            ?? new TlsClientOptions(_endPoint.Host)
            {
                HandshakeTimeout = _options.HandshakeTimeout,
                Protocols = _options.Protocols,
            };
        return Tls.ClientLayer(tls);
    }

    private ConnectTimeoutException TimedOut() => new(_endPoint.ToString(), _options.ConnectTimeout);

    private void Fail(ReactorException failure)
    {
        Answer(failure);
        Context.Stop(Self);
    }

    private void Answer(ReactorException failure)
    {
        if (!_answered)
        {
            _answered = true;
            _asker.Tell(new ConnectFailed(_connect.EndPoint, failure), Self);
        }
    }

    private ConnectException ToException(SocketFault fault, int errno, string text)
    {
        string endPoint = _endPoint.ToString();
        return fault switch
        {
            SocketFault.ConnectionRefused => new ConnectRefusedException(endPoint, _address!, errno),
            SocketFault.Unreachable or SocketFault.TimedOut => new UnreachableException(
                endPoint,
                _address!,
                text,
                errno
            ),
            _ => new ConnectFailedException(endPoint, _address!, text, errno),
        };
    }

    private Resolved Resolve(IPAddress[] addresses) =>
        new([
            .. addresses
                .Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
                .Select(address => new IPEndPoint(address, _endPoint.Port)),
        ]);

    private sealed record Resolved(IReadOnlyList<EndPoint> Addresses) : INoSerializationVerificationNeeded;

    private sealed record NotResolved(DnsException Reason) : INoSerializationVerificationNeeded;

    private sealed class Again : INoSerializationVerificationNeeded
    {
        internal static readonly Again Instance = new();
    }

    private sealed class DnsExpired : INoSerializationVerificationNeeded
    {
        internal static readonly DnsExpired Instance = new();
    }

    private sealed record AttemptExpired(int Attempt) : INoSerializationVerificationNeeded;
}
