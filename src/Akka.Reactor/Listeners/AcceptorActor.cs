using System;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Listeners;

/// <summary>
/// All logic of a listener: binds, accepts in bounded batches, pauses at <c>max-connections</c> and when descriptors run
/// out, unbinds and drains. May crash and restart freely: the socket and the count live in <see cref="Listener"/>.
/// </summary>
internal sealed class AcceptorActor : UntypedActor
{
    private static readonly TimeSpan ResourcePause = TimeSpan.FromSeconds(1);

    private readonly Listener _listener;
    private readonly IActorRef _connections;
    private readonly IActorRef _binder;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TellDeadline _retry;
    private readonly TellDeadline _drainDeadline;
    private bool _paused;

    /// <param name="listener">Shared with the connections' supervisor.</param>
    /// <param name="connections">The supervisor.</param>
    /// <param name="binder">Who is told <see cref="Bound"/> or <see cref="BindFailed"/>.</param>
    public AcceptorActor(Listener listener, IActorRef connections, IActorRef binder)
    {
        _listener = listener;
        _connections = connections;
        _binder = binder;
        _retry = new TellDeadline(Self, Acceptable.Instance);
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
            nint descriptor = _listener.Home.Sockets.Listen(_listener.Address, _listener.Options.Backlog);
            _listener.Socket = new ListeningSocket(_listener.Home, descriptor, Self);
            _listener.LocalEndPoint = (IPEndPoint)_listener.Home.Sockets.LocalEndPoint(descriptor);
            _listener.Socket.Listen();
            _binder.Tell(new Bound(Self, _listener.Name, _listener.LocalEndPoint, _listener.Secure), Self);
        }
        catch (Exception fault) when (fault is SocketFaultException or ReactorException)
        {
            SocketFaultException? refusal = fault as SocketFaultException;
            string text = refusal?.Text ?? fault.Message.TrimEnd('.');
            BindException failure = new(_listener.EndPoint, text, refusal?.Errno ?? 0, fault);
            _binder.Tell(new BindFailed(_listener.EndPoint, failure), Self);
            Stop();
        }
    }

    // The socket stays open over a restart, and a new instance goes on with it.
    protected override void PreRestart(Exception reason, object message)
    {
        Loop.Disarm(_retry);
        Loop.Disarm(_drainDeadline);
    }

    protected override void PostRestart(Exception reason)
    {
        Context.Watch(_connections);
        _listener.Socket?.Listen();
        if (_listener.Drainers.Count > 0)
        {
            ArmDrainDeadline();
            Self.Tell(ConnectionEnded.Instance, Self);
        }
    }

    protected override void PostStop()
    {
        Loop.Disarm(_retry);
        Loop.Disarm(_drainDeadline);
        _listener.Socket?.Close();
        _listener.Socket = null;
        _listener.DropWaiting();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Acceptable:
                Accept();
                break;
            case ConnectionEnded:
                ConnectionHasEnded();
                break;
            case Unbind:
                CloseSocket();
                Sender.Tell(Unbound.Instance, Self);
                break;
            case Drain drain:
                Begin(drain);
                break;
            case Terminated:
                // Nobody is left to make protocols.
                Stop();
                break;
            case DrainExpired:
                FinishDraining(aborted: _listener.Open);
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
        if (_listener.Socket is not { } socket)
        {
            return;
        }

        _paused = false;
        int accepted = 0;
        try
        {
            while (accepted < _listener.Options.AcceptBatch)
            {
                if (_listener.Open >= _listener.Options.MaxConnections)
                {
                    PauseUntilRelease();
                    return;
                }

                AcceptResult result = socket.Accept();
                if (result.Fault == SocketFault.None)
                {
                    _listener.Count();
                    _listener.Waiting.Enqueue(new Accepted(result.Descriptor, result.Remote!));
                    accepted++;
                }
                else if (result.Fault == SocketFault.WouldBlock)
                {
                    break;
                }
                else if (result.Fault == SocketFault.OutOfResources)
                {
                    PauseForResources(result.Errno);
                    return;
                }
                else if (result.Fault != SocketFault.ConnectionAborted)
                {
                    _log.Warning(
                        "{0}: accept failed: {1} (errno {2})",
                        _listener.Name,
                        _listener.Home.Sockets.Describe(result.Errno),
                        result.Errno
                    );
                    break;
                }
            }

            socket.Listen();
        }
        finally
        {
            if (accepted > 0)
            {
                _connections.Tell(AcceptedWaiting.Instance, Self);
            }
        }
    }

    private void PauseUntilRelease()
    {
        _paused = true;
        _listener.NotifyNextRelease();
        _log.Info("{0}: {1} connections are open; accepting pauses until one closes", _listener.Name, _listener.Open);

        // One may have ended between the count and the request to be told.
        if (_listener.Open < _listener.Options.MaxConnections)
        {
            Self.Tell(Acceptable.Instance, Self);
        }
    }

    private void PauseForResources(int errno)
    {
        _paused = true;
        _log.Warning(
            "{0}: accepting pauses for {1} s: {2} (errno {3})",
            _listener.Name,
            ResourcePause.TotalSeconds,
            _listener.Home.Sockets.Describe(errno),
            errno
        );
        Loop.Arm(_retry, ResourcePause);
    }

    private void ConnectionHasEnded()
    {
        if (_listener.Drainers.Count == 0)
        {
            Accept();
        }
        else if (_listener.Open == 0)
        {
            FinishDraining(aborted: 0);
        }
        else
        {
            WaitForRelease();
        }
    }

    private void CloseSocket()
    {
        Loop.Disarm(_retry);
        _listener.Socket?.Close();
        _listener.Socket = null;
    }

    private void Begin(Drain drain)
    {
        CloseSocket();
        _listener.Drainers.Add(Sender);
        _listener.DrainFor = drain.Timeout ?? _listener.Options.DrainTimeout;
        ArmDrainDeadline();

        if (_listener.Open == 0)
        {
            FinishDraining(aborted: 0);
        }
        else
        {
            _connections.Tell(Draining.Instance, Self);
            WaitForRelease();
        }
    }

    private void ArmDrainDeadline()
    {
        if (_listener.DrainFor >= TimeSpan.Zero)
        {
            Loop.Arm(_drainDeadline, _listener.DrainFor);
        }
    }

    private void WaitForRelease()
    {
        _listener.NotifyNextRelease();
        if (_listener.Open == 0)
        {
            Self.Tell(ConnectionEnded.Instance, Self);
        }
    }

    private void FinishDraining(int aborted)
    {
        foreach (IActorRef drainer in _listener.Drainers)
        {
            drainer.Tell(new DrainCompleted(aborted), Self);
        }

        _listener.Drainers.Clear();
        Stop();
    }

    private void Stop()
    {
        Context.Stop(_connections);
        Context.Stop(Self);
    }

    private ListenerStatus Status() =>
        new(
            _listener.Name,
            _listener.LocalEndPoint!,
            _listener.Open,
            _listener.Accepted,
            _listener.Socket is not null && !_paused
        );

    /// <summary>The listening socket has connections ready.</summary>
    internal sealed class Acceptable : INoSerializationVerificationNeeded
    {
        internal static readonly Acceptable Instance = new();
    }

    /// <summary>A connection ended, after the acceptor asked to be told.</summary>
    internal sealed class ConnectionEnded : INoSerializationVerificationNeeded
    {
        internal static readonly ConnectionEnded Instance = new();
    }

    internal sealed record SocketLost(Exception Cause) : INoSerializationVerificationNeeded;

    private sealed class DrainExpired : INoSerializationVerificationNeeded
    {
        internal static readonly DrainExpired Instance = new();
    }
}

/// <summary>An accepted socket, owned by whoever holds this.</summary>
internal readonly record struct Accepted(nint Descriptor, EndPoint Remote);

/// <summary>There are sockets in <see cref="Listener.Waiting"/>.</summary>
internal sealed class AcceptedWaiting : INoSerializationVerificationNeeded
{
    internal static readonly AcceptedWaiting Instance = new();
}
