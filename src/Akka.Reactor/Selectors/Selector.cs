using System;
using System.Collections.Generic;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Selectors;

/// <summary>
/// What a loop knows of its sockets: the table of them, the engine of the moment, and the memory they share. It lives
/// as long as the loop; the selector actor that drives it may crash and be restarted, and gives it a fresh engine then.
/// Used on its loop only, except for the constants of its life.
/// </summary>
internal sealed class Selector
{
    private const int ScratchSize = 64 * 1024;

    // Bytes received, and sockets served, before those who were told run, and what they write is sent: all that this touches
    // here and in the kernel stays in a core's own cache meanwhile.
    private const int MostReceived = 64 * 1024;
    private const int MostServed = 16;

    // Milliseconds: an engine that fails within the first says that the next will hardly do better, and is followed by the
    // second, doubled up to the third while it goes on like this.
    private const long ShortLife = 100;
    private const long ShortestPause = 100;
    private const long LongestPause = 400;

    private readonly IPlatform _platform;
    private readonly List<Selectable> _table = [];
    private volatile SelectorStoppedException? _stopped;
    private long _openedAt;
    private long _pause;

    internal Selector(
        int index,
        string dispatcherId,
        ReactorLoop loop,
        IPlatform platform,
        DescriptorReserve? reserve = null
    )
    {
        Index = index;
        DispatcherId = dispatcherId;
        Loop = loop;
        _platform = platform;
        Reserve = reserve ?? new DescriptorReserve(platform.Sockets);
    }

    /// <summary>Its number among the system's selectors, from 0. Any thread.</summary>
    internal int Index { get; }

    /// <summary>What Props must name for an actor to run on this loop. Any thread.</summary>
    internal string DispatcherId { get; }

    /// <summary>Any thread.</summary>
    internal ReactorLoop Loop { get; }

    /// <summary>The system's. Any thread.</summary>
    internal DescriptorReserve Reserve { get; }

    /// <summary>Any thread.</summary>
    internal ISockets Sockets => _platform.Sockets;

    /// <summary>The engine's name as in configuration and logs. Any thread.</summary>
    internal string EngineName => _platform.EngineName;

    /// <summary>Null until the selector actor has started, and between its crash and its restart.</summary>
    internal IEngine? Engine { get; private set; }

    /// <summary>For gathering small writes; whoever uses it is done before returning.</summary>
    internal byte[] Scratch { get; } = GC.AllocateUninitializedArray<byte>(ScratchSize);

    /// <summary>Stopped for good: it takes no socket any more. Any thread.</summary>
    internal bool IsStopped => _stopped is not null;

    /// <summary>How many sockets it watches.</summary>
    internal int Count => _table.Count;

    /// <summary>It has been told that a fresh engine is not to be had, and none has come since. The selector actor's own.</summary>
    internal bool IsWithoutEngine { get; set; }

    /// <summary>Gives the loop a fresh engine, and registers every socket of the table with it.</summary>
    internal void Open(IPollTarget target)
    {
        Engine = _platform.CreateEngine(Loop.WakeSignal);
        _openedAt = Loop.Now;
        _stopped = null;
        Loop.Attach(Engine, target);
        foreach (Selectable socket in _table.ToArray())
        {
            try
            {
                // The fault of one may have been the end of another.
                if (socket.Index >= 0)
                {
                    socket.RegisterWith(Engine);
                }
            }
            catch (Exception fault)
            {
                // One socket that cannot be watched costs itself only.
                socket.OnFault(fault);
            }
        }
    }

    /// <summary>The engine failed by itself: how long to wait before the next one is made.</summary>
    internal TimeSpan PauseAfterFailure()
    {
        _pause = Loop.Now - _openedAt >= ShortLife ? 0 : Math.Clamp(2 * _pause, ShortestPause, LongestPause);
        return TimeSpan.FromMilliseconds(_pause);
    }

    /// <summary>Disposes the engine; the sockets stay open in the table.</summary>
    internal void CloseEngine()
    {
        Loop.Detach();
        try
        {
            Engine?.Dispose();
        }
        finally
        {
            Engine = null;
            foreach (Selectable socket in _table)
            {
                socket.Unregistered();
            }
        }
    }

    /// <summary>Fails every socket, and every later one, with a typed reason: the selector was stopped for good.</summary>
    internal void FailAll(SelectorStoppedException cause)
    {
        _stopped = cause;
        foreach (Selectable socket in _table.ToArray())
        {
            socket.OnFault(cause);
        }
    }

    /// <summary>Watches the socket.</summary>
    /// <exception cref="SelectorStoppedException">Nobody will ever wait for it.</exception>
    internal void Add(Selectable socket)
    {
        if (_stopped is not null)
        {
            throw _stopped;
        }

        socket.Index = _table.Count;
        _table.Add(socket);
        if (Engine is not null)
        {
            socket.RegisterWith(Engine);
        }
    }

    /// <summary>Forgets the socket. Call it before its descriptor is closed.</summary>
    internal void Remove(Selectable socket)
    {
        if (socket.Index < 0)
        {
            return;
        }

        Mute(socket);
        Selectable last = _table[^1];
        _table[socket.Index] = last;
        last.Index = socket.Index;
        _table.RemoveAt(_table.Count - 1);
        socket.Index = -1;
    }

    /// <summary>
    /// Reports nothing of this socket, not even faults, until its interest is set again. For a socket on which both
    /// directions are finished while nobody wants to read: level-triggered engines would report that for ever.
    /// </summary>
    internal void Mute(Selectable socket)
    {
        if (socket.Registration is not { } registration)
        {
            return;
        }

        try
        {
            Engine!.Deregister(registration);
        }
        catch (Exception fault)
        {
            // Whoever closes a socket must get to the end of it. The next engine does not know of this one.
            Loop.FailEngine(fault);
        }

        socket.Unregistered();
    }

    /// <summary>Undoes <see cref="Mute"/>.</summary>
    internal void Unmute(Selectable socket)
    {
        if (socket.Index >= 0 && Engine is not null)
        {
            socket.RegisterWith(Engine);
        }
    }

    /// <summary>
    /// Hands the first events of the loop's batch, as many as are good for one go, to the sockets they are for, and returns
    /// how many that were. One socket's failure is its own.
    /// </summary>
    internal int Dispatch()
    {
        ReadOnlySpan<EngineEvent> batch = Loop.Batch;
        long enough = Loop.ReceiveMemory.Taken + MostReceived;
        int served = 0;
        while (served < Math.Min(batch.Length, MostServed) && Loop.ReceiveMemory.Taken < enough)
        {
            // Closed by an earlier event of this batch: what follows is stale.
            EngineEvent engineEvent = batch[served++];
            if (!engineEvent.Registration.Active)
            {
                continue;
            }

            Selectable socket = (Selectable)engineEvent.Registration.Target;
            try
            {
                socket.OnReady(engineEvent.Readiness);
            }
            catch (Exception fault)
            {
                socket.OnFault(fault);
            }
        }

        return served;
    }
}
