using System;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Listeners;

/// <summary>A listening socket in its selector's table. Tells its acceptor once that it can accept, and waits until asked again.</summary>
internal sealed class ListeningSocket : Selectable
{
    private readonly IActorRef _acceptor;
    private readonly UnixSocketFileMark? _file;
    private bool _closed;

    /// <summary>Watches the descriptor, and owns it: also when it throws, and then it is closed.</summary>
    internal ListeningSocket(Selector selector, nint descriptor, EndPoint local, IActorRef acceptor)
        : base(selector, descriptor, SocketKind.Listening)
    {
        _acceptor = acceptor;
        try
        {
            _file = local is UnixDomainSocketEndPoint unix ? new UnixSocketFileMark(unix.ToString()) : null;
            selector.Add(this);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Tell the acceptor when the next connection is there.</summary>
    internal void Listen() => SetInterest(_closed ? Interest.None : Interest.Read);

    /// <summary>Whether the engine has accepted one already, which therefore needs no descriptor any more.</summary>
    internal bool HasAccepted => Registration is { AcceptedAhead: > 0 };

    /// <summary>Accepts one connection; a fault when none is there or the system refuses. The descriptor is the caller's.</summary>
    internal AcceptResult Accept()
    {
        AcceptResult none = new(-1, null, SocketFault.WouldBlock, 0);
        if (Registration is null && !_closed)
        {
            // It had hung up: whether it still does, only an accept tells.
            try
            {
                Selector.Unmute(this);
            }
            catch (SocketFaultException gone)
            {
                LetGo(gone);
                return none;
            }
        }

        if (Registration is not { } registration)
        {
            return none;
        }

        AcceptResult result = Selector.Engine!.Accept(registration);
        if (result.Fault != SocketFault.Invalid)
        {
            return result;
        }

        string text = Selector.Sockets.Describe(result.Errno);
        LetGo(new SocketFaultException("accept", result.Fault, result.Errno, text));
        return none;
    }

    // Somebody has closed the descriptor, and whose it is now nobody knows: it is let go without being closed.
    private void LetGo(SocketFaultException cause)
    {
        _closed = true;
        Selector.Remove(this);
        _acceptor.Tell(new AcceptorActor.SocketLost(cause), ActorRefs.NoSender);
    }

    internal void Close()
    {
        if (!_closed)
        {
            _closed = true;
            _file?.Remove();
            Selector.Remove(this);
            Selector.Sockets.Close(Descriptor);
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        bool asked = Interest != Interest.None;
        SetInterest(Interest.None);
        if ((readiness & Readiness.Fault) != 0)
        {
            // That it has hung up is reported whatever the interest is, over and over.
            Selector.Mute(this);
        }

        if (asked)
        {
            _acceptor.Tell(AcceptorActor.TryAccept.Instance, ActorRefs.NoSender);
        }
    }

    internal override void OnFault(Exception cause)
    {
        Close();
        _acceptor.Tell(new AcceptorActor.SocketLost(cause), ActorRefs.NoSender);
    }
}
