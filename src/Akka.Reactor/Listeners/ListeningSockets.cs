using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Actor;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Listeners;

/// <summary>
/// The listening sockets of one listener, which accept as one: <c>localhost</c> has two addresses, every other end point has one.
/// All have the same port. Used on the acceptor's loop only.
/// </summary>
internal sealed class ListeningSockets
{
    /// <summary>
    /// How often the system is asked for a port. It chooses one that is free at the first address, and another program may have
    /// this port at the second address.
    /// </summary>
    internal const int PortAttempts = 16;

    private readonly List<ListeningSocket> _sockets = [];
    private int _turn;

    private ListeningSockets() { }

    /// <summary>The addresses that the sockets are bound to. The first one is the main address.</summary>
    internal IReadOnlyList<EndPoint> LocalEndPoints => [.. _sockets.Select(socket => socket.Local)];

    /// <summary>
    /// Listens at all addresses; one of several may be left out, if this machine does not have it. Throws
    /// <see cref="SocketFaultException"/>, and then leaves no socket open.
    /// </summary>
    internal static ListeningSockets Bind(
        Selector selector,
        IReadOnlyList<EndPoint> addresses,
        int backlog,
        ListenOptions options,
        IActorRef acceptor
    )
    {
        for (int left = addresses is [IPEndPoint { Port: 0 }, _] ? PortAttempts : 1; ; left--)
        {
            ListeningSockets bound = new();
            try
            {
                bound.BindAll(selector, addresses, backlog, options, acceptor);
                return bound;
            }
            catch (Exception fault)
            {
                bound.Close();
                if (left == 1 || fault is not SocketFaultException { Fault: SocketFault.AddressInUse })
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Asks each socket for one notification of the acceptor when its next connection is ready.</summary>
    internal void Listen() => _sockets.ForEach(socket => socket.Listen());

    /// <summary>Whether the engine has already accepted a connection, which therefore needs no descriptor any more.</summary>
    internal bool HasAccepted => _sockets.Exists(socket => socket.HasAccepted);

    /// <summary>
    /// Accepts one connection. The sockets take turns, so that a busy address does not starve the other one. See
    /// <see cref="ListeningSocket.Accept"/>.
    /// </summary>
    internal AcceptResult Accept()
    {
        AcceptResult result = default;
        for (int i = 0; i < _sockets.Count; i++)
        {
            _turn = (_turn + 1) % _sockets.Count;
            result = _sockets[_turn].Accept();
            if (result.Fault != SocketFault.WouldBlock)
            {
                break;
            }
        }

        return result;
    }

    internal void Close() => _sockets.ForEach(socket => socket.Close());

    private void BindAll(
        Selector selector,
        IReadOnlyList<EndPoint> addresses,
        int backlog,
        ListenOptions options,
        IActorRef acceptor
    )
    {
        SocketFaultException? missing = null;
        foreach (EndPoint address in addresses)
        {
            EndPoint at =
                _sockets is [{ Local: IPEndPoint { Port: var port } }, ..] && address is IPEndPoint ip
                    ? new IPEndPoint(ip.Address, port)
                    : address;
            try
            {
                nint descriptor = selector.Sockets.Listen(at, backlog, options);
                _sockets.Add(new ListeningSocket(selector, descriptor, acceptor));
            }
            catch (SocketFaultException fault) when (addresses.Count > 1)
            {
                SocketFaultException named = new(fault.Operation, fault.Fault, fault.Errno, $"{at}: {fault.Text}");
                missing = fault.Fault == SocketFault.AddressNotAvailable ? named : throw named;
            }
        }

        if (_sockets.Count == 0)
        {
            throw missing!;
        }
    }
}
