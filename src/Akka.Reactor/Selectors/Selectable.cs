using System;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Selectors;

/// <summary>
/// A socket that a selector watches: a channel, a listening socket, or a connect in progress. It lives in the selector's table and
/// not in the selector actor, so that it survives a restart of the actor. Used on its loop only.
/// </summary>
internal abstract class Selectable
{
    protected Selectable(Selector selector, nint descriptor, SocketKind kind)
    {
        Selector = selector;
        Descriptor = descriptor;
        Kind = kind;
    }

    internal Selector Selector { get; }

    /// <summary>The descriptor of the socket. This object owns it until it closes it.</summary>
    internal nint Descriptor { get; }

    internal SocketKind Kind { get; }

    /// <summary>The engine's registration. It is null while there is no engine, and while the socket is muted.</summary>
    internal Registration? Registration { get; private set; }

    // The last registration. The next one continues with the data that the engine had for this socket.
    private Registration? _previous;

    /// <summary>The events that the socket waits for. They are kept here so that a fresh engine can be given them.</summary>
    internal Interest Interest { get; private set; }

    /// <summary>The position in the selector's table, or -1. Used by the selector only.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>
    /// Handles the events that the engine reports. An exception fails this socket only, through <see cref="OnFault"/>.
    /// </summary>
    internal abstract void OnReady(Readiness readiness);

    /// <summary>
    /// Handles an exception that the socket's own code threw, or the stop of its selector (<see cref="SelectorStoppedException"/>).
    /// </summary>
    internal abstract void OnFault(Exception cause);

    /// <summary>The memory that could be freed by <see cref="Shed"/>, in bytes; 0 if this socket must stay.</summary>
    internal virtual long Held => 0;

    /// <summary>Ends the socket because all connections together hold too much memory.</summary>
    /// <param name="used">The bytes that all connections hold.</param>
    /// <param name="limit">The limit.</param>
    internal virtual void Shed(long used, long limit) { }

    /// <summary>Continues what had to wait while the limit for memory was exceeded.</summary>
    internal virtual void OnMemoryFree() { }

    /// <summary>Makes the engine watch the socket from now on. Called by the selector.</summary>
    internal void RegisterWith(IEngine engine)
    {
        Registration = engine.Register(Descriptor, Kind, this, _previous);
        _previous = null;
        engine.SetInterest(Registration, Interest);
    }

    /// <summary>Records that no engine watches the socket any more. Called by the selector.</summary>
    internal void Unregistered()
    {
        _previous = Registration ?? _previous;
        Registration = null;
    }

    protected void SetInterest(Interest interest)
    {
        Interest = interest;
        if (Registration is { } registration)
        {
            Selector.Engine!.SetInterest(registration, interest);
        }
        else if (interest != Interest.None)
        {
            Selector.Unmute(this);
        }
    }
}
