using System;
using System.Collections.Generic;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>What a system calls the options of a socket, and so what it has to be told.</summary>
internal sealed record SocketOptionNumbers
{
    /// <summary>The system's name, for errors.</summary>
    internal required string System { get; init; }

    /// <summary>The level of the socket itself.</summary>
    internal required int Socket { get; init; }

    internal required int SendBuffer { get; init; }

    internal required int ReceiveBuffer { get; init; }

    internal required int KeepAlive { get; init; }

    /// <summary>The level of TCP.</summary>
    internal required int Tcp { get; init; }

    internal required int NoDelay { get; init; }

    internal required int KeepAliveIdle { get; init; }

    internal required int KeepAliveInterval { get; init; }

    internal required int KeepAliveCount { get; init; }

    /// <summary>0 where there is none.</summary>
    internal int UserTimeout { get; init; }

    /// <summary>What is to be set, in this order; what is left to the system is not.</summary>
    /// <param name="options">Of the socket.</param>
    /// <param name="tcp">False for a unix socket, which has buffers only.</param>
    /// <exception cref="SocketFaultException">An option that this system does not have.</exception>
    internal IEnumerable<SocketOptionValue> Of(SocketOptions options, bool tcp)
    {
        if (options.SendBuffer is { } send)
        {
            yield return new("socket.send-buffer", Socket, SendBuffer, send);
        }

        if (options.ReceiveBuffer is { } receive)
        {
            yield return new("socket.receive-buffer", Socket, ReceiveBuffer, receive);
        }

        if (!tcp)
        {
            yield break;
        }

        if (options.NoDelay)
        {
            yield return new("socket.no-delay", Tcp, NoDelay, 1);
        }

        if (options.KeepAlive is { Enabled: true } probes)
        {
            yield return new("socket.keep-alive", Socket, KeepAlive, 1);
            yield return new("socket.keep-alive.idle", Tcp, KeepAliveIdle, Seconds(probes.Idle));
            yield return new("socket.keep-alive.interval", Tcp, KeepAliveInterval, Seconds(probes.Interval));
            yield return new("socket.keep-alive.count", Tcp, KeepAliveCount, probes.Count);
        }

        if (options.UserTimeout is { } limit)
        {
            const string Key = "socket.user-timeout";
            yield return UserTimeout == 0
                ? throw new SocketFaultException("setsockopt", SocketFault.Other, 0, $"{Key} cannot be set on {System}")
                : new(Key, Tcp, UserTimeout, (int)limit.TotalMilliseconds);
        }
    }

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);
}

/// <summary>One call of <c>setsockopt</c>.</summary>
/// <param name="Key">Of the configuration, for errors.</param>
/// <param name="Level">The system's number.</param>
/// <param name="Name">The system's number.</param>
/// <param name="Value">Every option here is a number.</param>
internal readonly record struct SocketOptionValue(string Key, int Level, int Name, int Value)
{
    /// <summary>Names the option that the system has refused, with its reason.</summary>
    internal SocketFaultException Refused(SocketFaultException refusal) =>
        new("setsockopt", refusal.Fault, refusal.Errno, $"{Key} was refused: {refusal.Text}");
}
