using System.Collections.Generic;
using System.Net;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients.Dial;

/// <summary>Translates the operating system's errors of a connect into our exceptions.</summary>
internal static class ConnectFailures
{
    /// <summary>Returns the reason why one address could not be connected.</summary>
    internal static ConnectException Of(
        ReactorEndPoint endPoint,
        EndPoint address,
        SocketFault fault,
        int errno,
        string text
    )
    {
        string asked = endPoint.ToString();
        return fault switch
        {
            SocketFault.ConnectionRefused => new ConnectRefusedException(asked, address, errno),
            SocketFault.Unreachable or SocketFault.TimedOut => new ConnectUnreachableException(
                asked,
                address,
                text,
                errno
            ),
            _ => new ConnectException(asked, address, $"could not be connected: {text}", errno),
        };
    }

    /// <summary>
    /// Returns the reason why no address could be connected: the last failure, which also lists all failures if there were
    /// several.
    /// </summary>
    internal static ReactorException Of(IReadOnlyList<AddressFailure> failures)
    {
        ReactorException last = failures[^1].Cause;
        switch (last)
        {
            case ConnectException connect when failures.Count > 1:
                connect.Attempts = failures;
                break;
            case ConnectTimeoutException timeout when failures.Count > 1:
                timeout.Attempts = failures;
                break;
        }

        return last;
    }
}
