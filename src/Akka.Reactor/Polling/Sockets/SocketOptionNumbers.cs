using System;
using System.Collections.Generic;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>The numbers that a system uses for the options of a socket.</summary>
internal sealed record SocketOptionNumbers
{
    /// <summary>The system's name, for error messages.</summary>
    internal required string System { get; init; }

    /// <summary>The level of the options of the socket itself.</summary>
    internal required int Socket { get; init; }

    internal required int SendBuffer { get; init; }

    internal required int ReceiveBuffer { get; init; }

    internal required int KeepAlive { get; init; }

    /// <summary>The level of the options of TCP.</summary>
    internal required int Tcp { get; init; }

    internal required int NoDelay { get; init; }

    internal required int KeepAliveIdle { get; init; }

    internal required int KeepAliveInterval { get; init; }

    internal required int KeepAliveCount { get; init; }

    /// <summary>The number of the option, or 0 if the system has no such option.</summary>
    internal int UserTimeout { get; init; }

    /// <summary>Returns the options to set, in this order. An option that is left to the system is not returned.</summary>
    /// <param name="options">The options of the socket.</param>
    /// <param name="tcp">False for a unix socket, for which only the buffer sizes are set.</param>
    /// <exception cref="SocketFaultException">The system does not have one of the options.</exception>
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

        if (options.KeepAlive is { When: not KeepAliveWhen.Never } probes)
        {
            if (probes.When == KeepAliveWhen.Always)
            {
                yield return new("socket.keep-alive", Socket, KeepAlive, 1);
            }

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
/// <param name="Key">The option's key in the configuration, for error messages.</param>
/// <param name="Level">The system's number of the level.</param>
/// <param name="Name">The system's number of the option.</param>
/// <param name="Value">The option's value. Every option here is a number.</param>
internal readonly record struct SocketOptionValue(string Key, int Level, int Name, int Value)
{
    /// <summary>Returns an exception that names the refused option and the system's reason.</summary>
    internal SocketFaultException Refused(SocketFaultException refusal) =>
        new("setsockopt", refusal.Fault, refusal.Errno, $"{Key} was refused: {refusal.Text}");
}
