using System;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Selectors;

/// <summary>
/// A socket that a selector watches: a channel, a listening socket, a connect in progress. Lives in the selector's
/// table and not in the selector actor, so that it survives the actor's restart. Used on its loop only.
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

    /// <summary>The socket, owned by this object until it closes it.</summary>
    internal nint Descriptor { get; }

    internal SocketKind Kind { get; }

    /// <summary>The engine's registration; null while there is no engine, and while muted.</summary>
    internal Registration? Registration { get; private set; }

    // What an engine had of this socket, for the next one.
    private Registration? _previous;

    /// <summary>What to hear of; kept here, so that a fresh engine can be told.</summary>
    internal Interest Interest { get; private set; }

    /// <summary>Its place in the selector's table, or -1. The selector's own.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>Something happened. An exception fails this socket only, through <see cref="OnFault"/>.</summary>
    internal abstract void OnReady(Readiness readiness);

    /// <summary>Its own handling threw, or its selector was stopped (<see cref="SelectorStoppedException"/>).</summary>
    internal abstract void OnFault(Exception cause);

    /// <summary>The engine watches it from now on. Called by the selector.</summary>
    internal void RegisterWith(IEngine engine)
    {
        Registration = engine.Register(Descriptor, Kind, this, _previous);
        _previous = null;
        engine.SetInterest(Registration, Interest);
    }

    /// <summary>The engine does not watch it any more. Called by the selector.</summary>
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
