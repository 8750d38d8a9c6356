using System;
using Akka.Actor;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Clients.Dial;

/// <summary>A connect in progress, in its selector's table. Reports the result to its dialer once.</summary>
internal sealed class ConnectingSocket : Selectable
{
    private readonly IActorRef _dialer;
    private bool _owned = true;

    internal ConnectingSocket(Selector selector, nint descriptor, IActorRef dialer)
        : base(selector, descriptor, SocketKind.ConnectInProgress)
    {
        _dialer = dialer;
        try
        {
            selector.Add(this);
            SetInterest(Interest.Write);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>The error that the socket had when it was connected. The socket reports this error only once.</summary>
    internal IoResult Met { get; private set; }

    /// <summary>Gives the descriptor to the caller. The selector does not watch the descriptor any more.</summary>
    internal nint Take()
    {
        _owned = false;
        Selector.Remove(this);
        return Descriptor;
    }

    /// <summary>Closes the descriptor, unless it was taken.</summary>
    internal void Close()
    {
        if (_owned)
        {
            Selector.Sockets.Close(Take());
        }
    }

    /// <summary>Closes the descriptor with RST, unless it was taken.</summary>
    internal void Reset()
    {
        if (_owned)
        {
            Selector.Sockets.Reset(Take());
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        (SocketFault fault, int errno) = Registration!.TakeError(Selector.Sockets);
        if (fault is SocketFault.ConnectionReset or SocketFault.ConnectionAborted)
        {
            // Only an established connection can be reset; a refused connect has another error. Bytes that the peer sent before
            // the reset may still be there to be received.
            Met = IoResult.Failed(fault, errno);
            fault = SocketFault.None;
        }

        SetInterest(Interest.None);
        Selector.Remove(this);
        _dialer.Tell(new Decided(this, fault, errno), ActorRefs.NoSender);
    }

    internal override void OnFault(Exception cause)
    {
        Selector.Remove(this);
        _dialer.Tell(new Decided(this, SocketFault.Other, 0) { Cause = cause }, ActorRefs.NoSender);
    }

    /// <summary>Tells the dialer that the socket is connected, or that the connect has failed.</summary>
    internal sealed record Decided(ConnectingSocket Socket, SocketFault Fault, int Errno)
        : INoSerializationVerificationNeeded
    {
        /// <summary>The failure, if the system did not report it. There is no error number in this case.</summary>
        internal Exception? Cause { get; init; }
    }
}
