using System;
using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Akka.Actor;
using Akka.Reactor.Configuration;
using Akka.Reactor.Connections;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Clients;

/// <summary>
/// Makes one outgoing connection: resolves, connects to the first address that answers, puts the layers in, and hands the
/// connection to the protocol, whose parent it is. As the connection's first protocol it stays until it ends.
/// </summary>
internal sealed class DialerActor : ProtocolActor
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ReactorEndPoint _endPoint;
    private readonly Connect _connect;
    private readonly ConnectOptions _options;
    private readonly Selector _selector;
    private readonly IActorRef _asker;
    private readonly TellDeadline _deadline;
    private readonly TellDeadline _again;
    private readonly CancellationTokenSource _resolving = new();
    private readonly Queue<EndPoint> _addresses = new();
    private ConnectingSocket? _socket;
    private EndPoint? _address;
    private bool _answered;
    private bool _waits;

    public DialerActor(
        ReactorEndPoint endPoint,
        Connect connect,
        ConnectOptions options,
        Selector selector,
        IActorRef asker
    )
    {
        _endPoint = endPoint;
        _connect = connect;
        _options = options;
        _selector = selector;
        _asker = asker;
        _deadline = new TellDeadline(Self, Expired.Instance);
        _again = new TellDeadline(Self, Again.Instance);
    }

    internal static Props Props(
        ReactorEndPoint endPoint,
        Connect connect,
        ConnectOptions options,
        Selector selector,
        IActorRef asker
    ) =>
        Akka
            .Actor.Props.Create(() => new DialerActor(endPoint, connect, options, selector, asker))
            .WithDispatcher(selector.DispatcherId);

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

        _selector.Loop.Arm(_deadline, _options.DnsTimeout);
        string host = _endPoint.Host;
        _ = Dns.GetHostAddressesAsync(host, _resolving.Token)
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
        _selector.Loop.Disarm(_deadline);
        _selector.Loop.Disarm(_again);
        _resolving.Cancel();
        _resolving.Dispose();
        _socket?.Close();
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
            case Resolved resolved when _address is null:
                _selector.Loop.Disarm(_deadline);
                foreach (EndPoint address in resolved.Addresses)
                {
                    _addresses.Enqueue(address);
                }

                _selector.Loop.Arm(_deadline, _options.ConnectTimeout);
                Dial(new DnsException(_endPoint.Host, "it has no address"));
                break;
            case Again when !_answered && _socket is null && _address is not null:
                _addresses.Enqueue(_address);
                Dial(ToException(SocketFault.WouldBlock, 0, ""));
                break;
            case Again:
                break;
            case NotResolved failed:
                Fail(failed.Reason);
                break;
            case ConnectingSocket.Decided { Fault: SocketFault.None } decided:
                Begin(decided.Socket);
                break;
            case ConnectingSocket.Decided decided:
                decided.Socket.Close();
                Dial(ToException(decided.Fault, decided.Errno, _selector.Sockets.Describe(decided.Errno)));
                break;
            case Expired when _address is null:
                Fail(new DnsTimeoutException(_endPoint.Host, _options.DnsTimeout));
                break;
            case Expired when !_answered && (_socket is not null || _waits):
                Fail(new ConnectTimeoutException(_endPoint.ToString(), _options.ConnectTimeout));
                break;
            case Expired:
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    /// <summary>Tries the next address; with none left the last failure stands.</summary>
    private void Dial(ReactorException failure)
    {
        _socket = null;
        _waits = false;
        while (_addresses.TryDequeue(out EndPoint? address))
        {
            _address = address;
            try
            {
                nint descriptor = _selector.Sockets.Connect(_address, _options.Connection.Socket);
                _socket = new ConnectingSocket(_selector, descriptor, Self);
                return;
            }
            catch (SocketFaultException full) when (full.Fault == SocketFault.WouldBlock)
            {
                // A unix socket's backlog is full: the system does not wait for room there, so we do.
                _waits = true;
                _selector.Loop.Arm(_again, Pause);
                return;
            }
            catch (SocketFaultException fault)
            {
                failure = ToException(fault.Fault, fault.Errno, fault.Text);
            }
            catch (ReactorException refusal)
            {
                // The selector was stopped, or its engine cannot watch this descriptor.
                failure = refusal;
            }
        }

        Fail(failure);
    }

    private void Begin(ConnectingSocket socket)
    {
        _selector.Loop.Disarm(_deadline);
        nint descriptor = socket.Take();
        _socket = null;
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
        new Channel(_selector, descriptor, connected, Self.Path, provider, released: null).Start(Self);
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

    private sealed class Expired : INoSerializationVerificationNeeded
    {
        internal static readonly Expired Instance = new();
    }
}
