using System;
using Akka.Actor;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Clients.Dial;

/// <summary>A connect in progress, in its selector's table. Tells its dialer once how it went.</summary>
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

    /// <summary>The error that the socket had when it was connected, and that it does not tell again.</summary>
    internal IoResult Met { get; private set; }

    /// <summary>Gives the descriptor away; it is not watched any more.</summary>
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
            // Only what was connected can be reset: whoever refuses a connect has another error. What the peer sent before may
            // still be there to be received.
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

    /// <summary>It is connected, or failed.</summary>
    internal sealed record Decided(ConnectingSocket Socket, SocketFault Fault, int Errno)
        : INoSerializationVerificationNeeded
    {
        /// <summary>What failed where it was not the system that said so; then there is no error number.</summary>
        internal Exception? Cause { get; init; }
    }
}
