using System;
using System.Net;
using Akka.Actor;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Listeners;

/// <summary>
/// A listening socket in its selector's table. Notifies its acceptor once that it can accept, and then waits until it is asked
/// again.
/// </summary>
internal sealed class ListeningSocket : Selectable
{
    private readonly IActorRef _acceptor;
    private readonly UnixSocketFileMark? _file;
    private bool _closed;

    /// <summary>Watches the descriptor and owns it. If the constructor throws, it has closed the descriptor.</summary>
    internal ListeningSocket(Selector selector, nint descriptor, IActorRef acceptor)
        : base(selector, descriptor, SocketKind.Listening)
    {
        _acceptor = acceptor;
        try
        {
            Local = selector.Sockets.LocalEndPoint(descriptor);
            _file = selector.Sockets.FileOf(Local);
            selector.Add(this);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>The address that the socket is bound to.</summary>
    internal EndPoint Local { get; }

    /// <summary>Asks for one notification of the acceptor when the next connection is ready.</summary>
    internal void Listen() => SetInterest(_closed ? Interest.None : Interest.Read);

    /// <summary>Whether the engine has already accepted a connection, which therefore needs no descriptor any more.</summary>
    internal bool HasAccepted => Registration is { AcceptedAhead: > 0 };

    /// <summary>
    /// Accepts one connection. The result is a fault if none is ready or the system refuses. The caller owns the descriptor.
    /// </summary>
    internal AcceptResult Accept()
    {
        AcceptResult none = new(-1, null, SocketFault.WouldBlock, 0);
        if (Registration is null && !_closed)
        {
            // The socket has reported a hang-up and was muted. Only an accept shows whether the hang-up is still there.
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

    // Other code has closed the descriptor, and its number may belong to another file now. The descriptor is therefore not
    // closed.
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
            // The system reports a hang-up again and again, whatever the interest is.
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
