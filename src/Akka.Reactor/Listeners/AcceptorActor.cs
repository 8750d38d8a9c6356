using System;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Listeners;

/// <summary>
/// The logic of a listener: binds, accepts (see <see cref="Acceptor"/>), unbinds and drains. It may crash and restart at any
/// time, because the sockets and the connections live in <see cref="Listener"/>. When it ends, for whatever reason, the listener
/// ends, and the manager then answers the actors that still wait.
/// </summary>
internal sealed class AcceptorActor : UntypedActor
{
    private readonly Listener _listener;
    private readonly IActorRef _connections;
    private readonly IActorRef _binder;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Acceptor _acceptor;
    private readonly TellDeadline _drainDeadline;

    /// <param name="listener">The state that this actor shares with the connections' supervisor.</param>
    /// <param name="connections">The connections' supervisor.</param>
    /// <param name="binder">The actor that receives <see cref="Bound"/>.</param>
    public AcceptorActor(Listener listener, IActorRef connections, IActorRef binder)
    {
        _listener = listener;
        _connections = connections;
        _binder = binder;
        _acceptor = new Acceptor(listener, Self, _log);
        _drainDeadline = new TellDeadline(Self, DrainExpired.Instance);
    }

    internal static Props Props(Listener listener, IActorRef connections, IActorRef binder) =>
        Akka
            .Actor.Props.Create(() => new AcceptorActor(listener, connections, binder))
            .WithDispatcher(listener.Home.DispatcherId);

    private ReactorLoop Loop => _listener.Home.Loop;

    protected override void PreStart()
    {
        _listener.Acceptor = Self;
        Context.Watch(_connections);
        try
        {
            ListenerOptions options = _listener.Options;
            ListenOptions settings = new()
            {
                Socket = options.Connection.Socket,
                ReusePort = options.ReusePort,
                Ipv6Only = options.Ipv6Only,
                UnixMode = options.UnixMode,
            };

            // The system reduces a backlog that is above its limit.
            int backlog = options.Backlog ?? int.MaxValue;
            _listener.Sockets = ListeningSockets.Bind(_listener.Home, _listener.Addresses, backlog, settings, Self);
            _listener.LocalEndPoints = _listener.Sockets.LocalEndPoints;
            _listener.Metrics = _listener.Home.Metrics.Of(
                ConnectionOrigin.OfListener(_listener.Name, _listener.LocalEndPoint)
            );
            _acceptor.Begin();
            _listener.Sockets.Listen();
            _listener.IsBound = true;
            if (_listener.LocalEndPoints.Count < _listener.Addresses.Count)
            {
                _log.Info(
                    "{0}: listens on {1} only, because this machine does not have the other address of localhost",
                    _listener.Name,
                    _listener.LocalEndPoint
                );
            }

            _binder.Tell(
                new Bound(Self, _listener.Name, _listener.LocalEndPoint, _listener.Secure)
                {
                    LocalEndPoints = _listener.LocalEndPoints,
                },
                Self
            );
        }
        catch (Exception fault)
        {
            // The manager reports any failure when both actors are gone, so that the name can be used again by then.
            SocketFaultException? refusal = fault as SocketFaultException;
            string text = refusal?.Text ?? fault.Message.TrimEnd('.');
            _listener.Failure = new BindException(
                _listener.EndPoint,
                _listener.Options.Name,
                text,
                refusal?.Errno ?? 0,
                fault
            );
            Stop();
        }
    }

    // The sockets stay open during a restart, and the new instance continues with them.
    protected override void PreRestart(Exception reason, object message)
    {
        _acceptor.Stop();
        Loop.Disarm(_drainDeadline);
    }

    protected override void PostRestart(Exception reason)
    {
        Context.Watch(_connections);
        if (_listener.Sockets is { } sockets)
        {
            _acceptor.Begin();
            sockets.Listen();
        }

        if (_listener.Drainers.Count > 0)
        {
            ArmDrainDeadline();
            Self.Tell(CountChanged.Instance, Self);
        }
    }

    protected override void PostStop()
    {
        CloseSockets();
        Loop.Disarm(_drainDeadline);
        _listener.DropWaiting();
        if (_listener.Drainers.Count > 0)
        {
            // Either this actor was stopped before draining was done, or there is nothing left to abort.
            AbortTheRest();
        }

        _listener.Metrics?.Release();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TryAccept:
                Accept();
                break;
            case ReportDue when _listener.Sockets is not null:
                _acceptor.Report();
                break;
            case ReportDue:
                break;
            case CountChanged:
                ConnectionHasEnded();
                break;
            case Unbind:
                CloseSockets();
                Sender.Tell(Unbound.Instance, Self);
                break;
            case Drain drain:
                Begin(drain);
                break;
            case Terminated:
                // The supervisor, which makes the protocols, is gone.
                Stop();
                break;
            case DrainExpired:
                AbortTheRest();
                WaitForRelease();
                break;
            case GetStatus:
                Sender.Tell(Status(), Self);
                break;
            case SocketLost lost:
                _log.Error(lost.Cause, "{0}: the listening socket is lost", _listener.Name);
                Stop();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Accept()
    {
        if (_listener.Sockets is not { } sockets)
        {
            return;
        }

        try
        {
            _acceptor.Accept(sockets);
        }
        finally
        {
            if (!_listener.Waiting.IsEmpty)
            {
                _connections.Tell(AcceptedWaiting.Instance, Self);
            }
        }
    }

    private void ConnectionHasEnded()
    {
        if (_listener.Drainers.Count == 0)
        {
            Accept();
        }
        else if (_listener.Open == 0)
        {
            Stop();
        }
        else
        {
            WaitForRelease();
        }
    }

    private void CloseSockets()
    {
        _acceptor.Stop();
        _listener.Sockets?.Close();
        _listener.Sockets = null;
    }

    private void Begin(Drain drain)
    {
        CloseSockets();
        if (_listener.Drainers.Count == 0)
        {
            _listener.OpenWhenDrained = _listener.Open;
        }

        _listener.Drainers.Add(Sender);

        // A second drain cannot make the first one last longer.
        TimeSpan timeout = drain.Timeout ?? _listener.Options.DrainTimeout;
        if (timeout >= TimeSpan.Zero)
        {
            long until = Loop.Now + (long)Math.Min(timeout.TotalMilliseconds, int.MaxValue);
            _listener.DrainUntil = Math.Min(_listener.DrainUntil, until);
        }

        ArmDrainDeadline();
        if (_listener.Open == 0)
        {
            Stop();
        }
        else
        {
            _connections.Tell(Draining.Instance, Self);
            WaitForRelease();
        }
    }

    private void ArmDrainDeadline()
    {
        if (_listener.DrainUntil != Deadline.Never)
        {
            Loop.Arm(_drainDeadline, TimeSpan.FromMilliseconds(Math.Max(0, _listener.DrainUntil - Loop.Now)));
        }
    }

    private void WaitForRelease()
    {
        _listener.NotifyNextRelease();
        if (_listener.Open == 0)
        {
            Self.Tell(CountChanged.Instance, Self);
        }
    }

    private void AbortTheRest()
    {
        // This may run again after a crash, when fewer connections are left. The largest number counts.
        _listener.Aborted = Math.Max(_listener.Aborted, _listener.Open);
        _listener.AbortAll();
    }

    // The manager answers the actors that drain, when this actor and the connections' supervisor are gone.
    private void Stop()
    {
        // Notifications are cancelled before the remaining connections are aborted.
        _listener.NotifyNobody();
        Context.Stop(_connections);
        Context.Stop(Self);
    }

    private ListenerStatus Status() =>
        new(
            _listener.Name,
            _listener.LocalEndPoint,
            _listener.Open,
            _listener.Accepted,
            _listener.Drainers.Count > 0 ? ListenerState.Draining
                : _listener.Sockets is null ? ListenerState.Unbound
                : _acceptor.State
        )
        {
            LocalEndPoints = _listener.LocalEndPoints,
            Errno = _listener.Sockets is null ? 0 : _acceptor.Errno,
            ShedForMemory = _listener.ShedForMemory,
            RefusedByAddress = _listener.Refused,
            ResetForResources = _listener.Shed,
        };

    /// <summary>The listening socket may have connections ready, or it is time to try accepting again.</summary>
    internal sealed class TryAccept : INoSerializationVerificationNeeded
    {
        internal static readonly TryAccept Instance = new();
    }

    /// <summary>There may be something to log.</summary>
    internal sealed class ReportDue : INoSerializationVerificationNeeded
    {
        internal static readonly ReportDue Instance = new();
    }

    /// <summary>There are fewer connections than when the acceptor called <see cref="Listener.NotifyNextRelease"/>.</summary>
    internal sealed class CountChanged : INoSerializationVerificationNeeded
    {
        internal static readonly CountChanged Instance = new();
    }

    internal sealed record SocketLost(Exception Cause) : INoSerializationVerificationNeeded;

    private sealed class DrainExpired : INoSerializationVerificationNeeded
    {
        internal static readonly DrainExpired Instance = new();
    }
}

/// <summary>An accepted socket. The holder of this value owns the descriptor.</summary>
internal readonly record struct Accepted(nint Descriptor, EndPoint Remote);

/// <summary>There are accepted sockets in <see cref="Listener.Waiting"/>.</summary>
internal sealed class AcceptedWaiting : INoSerializationVerificationNeeded
{
    internal static readonly AcceptedWaiting Instance = new();
}
