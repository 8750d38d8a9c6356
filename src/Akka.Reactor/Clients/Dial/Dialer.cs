using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients.Dial;

/// <summary>
/// Resolves an end point and connects to the first of its addresses that answers, for an actor on the selector's loop. The
/// actor passes its messages to <see cref="Handle"/> and gets the result once. It runs a <see cref="DialPlan"/> with real
/// sockets. It owns every descriptor until it gives the descriptor away or is stopped.
/// </summary>
/// <param name="target">The end point, and how it is dialed.</param>
/// <param name="self">The actor. It has one dialer.</param>
/// <param name="reached">Called when the connection exists. The callee takes the socket.</param>
/// <param name="unreachable">Called when the connection cannot be made. No socket is open any more.</param>
internal sealed class Dialer(
    DialTarget target,
    IActorRef self,
    Action<EndPoint, ConnectingSocket> reached,
    Action<ReactorException> unreachable
)
{
    // The dialer waits this many milliseconds before the next try when a unix socket's backlog is full or there is no
    // descriptor. A reported shortage lasts longer, so the next try comes before the shortage is forgotten.
    private const long PauseForRoom = 50;

    private readonly ReactorEndPoint _endPoint = target.EndPoint;
    private readonly ConnectOptions _options = target.Options;
    private readonly Selector _selector = target.Selector;
    private readonly CancellationTokenSource _resolving = new();
    private readonly TellDeadline _due = new(self, Due.Instance, judgesPeer: true);
    private readonly List<DialPlan.Attempt> _attempts = [];
    private DialPlan? _plan;
    private bool _ended;

    private ReactorLoop Loop => _selector.Loop;

    /// <summary>Begins. Results are sent to the actor as messages, so there is no result before this method returns.</summary>
    internal void Start()
    {
        if (_endPoint.UnixPath is not null)
        {
            self.Tell(new Resolved([_endPoint.UnixAddress(out _)!]), self);
        }
        else if (_endPoint.Address is { } literal)
        {
            self.Tell(new Resolved([new IPEndPoint(literal, _endPoint.Port)]), self);
        }
        else
        {
            Resolve();
        }
    }

    /// <summary>Handles a message of this dialer; returns false for any other message.</summary>
    internal bool Handle(object message)
    {
        switch (message)
        {
            case Resolved resolved:
                if (_plan is null && !_ended)
                {
                    BeginConnecting(resolved.Addresses);
                }

                return true;
            case NotResolved failed:
                if (_plan is null && !_ended)
                {
                    End(failed.Reason);
                }

                return true;
            case Due:
                OnDue();
                return true;
            case ConnectingSocket.Decided decided:
                if (_attempts.Find(attempt => attempt.Socket == decided.Socket) is { } decidedAttempt)
                {
                    Decide(decidedAttempt, decided);
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>Closes the open sockets and reports nothing more. Can be called again.</summary>
    internal void Stop()
    {
        _ended = true;
        Loop.Disarm(_due);
        foreach (DialPlan.Attempt attempt in _attempts)
        {
            attempt.Socket?.Close();
        }

        _attempts.Clear();
        _ = _resolving.CancelAsync();
    }

    private void Resolve()
    {
        if (_options.DnsTimeout != Timeout.InfiniteTimeSpan)
        {
            Loop.Arm(_due, _options.DnsTimeout);
        }

        string host = _endPoint.Host;
        _ = Lookup(host)
            .PipeTo(
                self,
                self,
                addresses => new Resolved(WithPort(addresses)),
                cause => new NotResolved(cause as DnsException ?? new DnsException(host, cause.Message, cause))
            );
    }

    // This method is async, so that a resolver that throws synchronously fails like one that throws later.
    private async Task<IReadOnlyList<IPAddress>> Lookup(string host) =>
        await (_options.NameResolver ?? target.Resolver).Resolve(host, _resolving.Token).ConfigureAwait(false);

    private void OnDue()
    {
        if (_ended)
        {
            return;
        }

        if (_plan is null)
        {
            End(new DnsTimeoutException(_endPoint.Host, _options.DnsTimeout));
            return;
        }

        foreach (DialPlan.Attempt attempt in _plan.Expired(Loop.Now))
        {
            Fail(
                attempt,
                attempt.PutOffFor ?? new ConnectTimeoutException(_endPoint.ToString(), _options.ConnectTimeout)
            );
        }

        GoOn();
    }

    private void BeginConnecting(IReadOnlyList<EndPoint> addresses)
    {
        if (_options.LocalAddress is { } local && _endPoint.UnixPath is null)
        {
            addresses = [.. addresses.Where(address => address.AddressFamily == local.AddressFamily)];
        }

        if (addresses.Count == 0)
        {
            string what = _options.LocalAddress is null
                ? "address"
                : $"address that can be reached from {_options.LocalAddress}";
            End(new DnsException(_endPoint.Host, $"the host has no {what}"));
            return;
        }

        long now = Loop.Now;
        bool limited = _options.ConnectTimeout != Timeout.InfiniteTimeSpan;
        _plan = new DialPlan(
            addresses,
            _options.ConnectOrder,
            (long)_options.ConnectStagger.TotalMilliseconds,
            now,
            limited ? now + (long)_options.ConnectTimeout.TotalMilliseconds : Deadline.Never
        );
        GoOn();
    }

    private void GoOn()
    {
        while (!_ended && _plan!.Begin(Loop.Now) is { } attempt)
        {
            if (!_attempts.Contains(attempt))
            {
                _attempts.Add(attempt);
            }

            if (Connect(attempt) is { } refusal)
            {
                Fail(attempt, refusal);
            }
        }

        if (_ended)
        {
            return;
        }

        if (_plan!.IsExhausted)
        {
            End(ConnectFailures.Of(_plan.Failures));
            return;
        }

        Loop.Disarm(_due);
        if (_plan.NextAt != Deadline.Never)
        {
            Loop.Arm(_due, TimeSpan.FromMilliseconds(Math.Max(0, _plan.NextAt - Loop.Now)));
        }
    }

    /// <summary>Begins to connect, or to wait for room, and returns null. Returns the reason if neither is possible.</summary>
    private ReactorException? Connect(DialPlan.Attempt attempt)
    {
        if (!_selector.Reserve.MayOpen(Loop.Now, out int missing))
        {
            // Other sockets end and give their descriptors back. Meanwhile no listener accepts connections, which would only
            // need more descriptors.
            PutOff(attempt, missing, _selector.Sockets.Describe(missing));
            return null;
        }

        try
        {
            nint descriptor = _selector.Sockets.Connect(
                attempt.Address,
                _options.Connection.Socket,
                _options.LocalAddress
            );
            attempt.Socket = new ConnectingSocket(_selector, descriptor, self);
            attempt.PutOffFor = null;
            return null;
        }
        catch (SocketFaultException full) when (full.Fault == SocketFault.WouldBlock)
        {
            // A unix socket's backlog is full. The system does not wait for room there, so the dialer does.
            DialPlan.PutOff(attempt, Loop.Now + PauseForRoom);
            return null;
        }
        catch (SocketFaultException none) when (none.Fault == SocketFault.OutOfResources)
        {
            _selector.Reserve.Report(Loop.Now, none.Errno);
            PutOff(attempt, none.Errno, none.Text);
            return null;
        }
        catch (SocketFaultException fault)
        {
            return ConnectFailures.Of(_endPoint, attempt.Address, fault.Fault, fault.Errno, fault.Text);
        }
        catch (ReactorException refusal)
        {
            // The selector was stopped, or its engine cannot watch this descriptor.
            return refusal;
        }
    }

    private void PutOff(DialPlan.Attempt attempt, int errno, string text)
    {
        attempt.PutOffFor = ConnectFailures.Of(_endPoint, attempt.Address, SocketFault.OutOfResources, errno, text);
        DialPlan.PutOff(attempt, Loop.Now + PauseForRoom);
    }

    private void Decide(DialPlan.Attempt attempt, ConnectingSocket.Decided decided)
    {
        if (decided.Fault == SocketFault.None && HasMetItself(attempt.Address, decided.Socket))
        {
            // The socket is reset, because otherwise the port stays in use and the server that is to listen there cannot bind
            // it.
            decided.Socket.Reset();
            Fail(attempt, ConnectRefusedException.ByItself(_endPoint.ToString(), attempt.Address));
            GoOn();
            return;
        }

        if (decided.Fault == SocketFault.None)
        {
            _attempts.Remove(attempt);
            Stop();
            reached(attempt.Address, decided.Socket);
            return;
        }

        Fail(
            attempt,
            decided.Cause switch
            {
                null => ConnectFailures.Of(
                    _endPoint,
                    attempt.Address,
                    decided.Fault,
                    decided.Errno,
                    _selector.Sockets.Describe(decided.Errno)
                ),
                ReactorException reason => reason,
                var cause => ConnectFailures.Of(_endPoint, attempt.Address, SocketFault.Other, 0, cause.Message),
            }
        );
        GoOn();
    }

    // If no socket listens on a port of this machine, the system may choose this very port as the local port, and TCP then
    // connects the socket to itself (RFC 9293, section 3.5). A caller that asks for this local port gets such a connection.
    private bool HasMetItself(EndPoint address, ConnectingSocket socket)
    {
        if (address is not IPEndPoint remote || _options.LocalAddress?.Port == remote.Port)
        {
            return false;
        }

        try
        {
            // The unspecified address stands for an address of this machine.
            return _selector.Sockets.LocalEndPoint(socket.Descriptor) is IPEndPoint local
                && local.Port == remote.Port
                && (
                    local.Address.Equals(remote.Address)
                    || remote.Address.Equals(IPAddress.Any)
                    || remote.Address.Equals(IPAddress.IPv6Any)
                );
        }
        catch (SocketFaultException)
        {
            return false;
        }
    }

    private void Fail(DialPlan.Attempt attempt, ReactorException reason)
    {
        attempt.Socket?.Close();
        attempt.Socket = null;
        _attempts.Remove(attempt);
        _plan!.Fail(attempt, reason, Loop.Now);
    }

    private void End(ReactorException reason)
    {
        Stop();
        unreachable(reason);
    }

    private IReadOnlyList<EndPoint> WithPort(IReadOnlyList<IPAddress> addresses) =>
        [
            .. addresses
                .Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
                .Select(address => new IPEndPoint(address, _endPoint.Port)),
        ];

    private sealed record Resolved(IReadOnlyList<EndPoint> Addresses) : INoSerializationVerificationNeeded;

    private sealed record NotResolved(DnsException Reason) : INoSerializationVerificationNeeded;

    private sealed class Due : INoSerializationVerificationNeeded
    {
        internal static readonly Due Instance = new();
    }
}
