using System;
using System.Collections.Generic;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Selectors;

/// <summary>
/// The sockets of a loop: their table, the current engine, and the memory they share. It lives as long as the loop. The selector
/// actor that drives it may crash; when the actor is restarted, it gives this object a fresh engine. Used on its loop only, except
/// for members that say otherwise.
/// </summary>
internal sealed class Selector
{
    private const int ScratchSize = 64 * 1024;

    // How many bytes may be received and how many sockets served before the actors that were sent messages run and their output is
    // sent. Until then, all memory that is touched here and in the kernel stays in a core's own cache.
    private const int MostReceived = 64 * 1024;
    private const int MostServed = 16;

    // In milliseconds. If an engine fails within ShortLife, the next one will probably not do better. Then there is a pause of
    // ShortestPause before the next engine. The pause is doubled, up to LongestPause, while engines continue to fail so early.
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
        DescriptorReserve? reserve = null,
        MemoryBudget? memory = null,
        ReactorMetrics? metrics = null
    )
    {
        Index = index;
        DispatcherId = dispatcherId;
        Loop = loop;
        _platform = platform;
        Reserve = reserve ?? new DescriptorReserve(platform.Sockets);
        Metrics = metrics ?? new ReactorMetrics(dispatcherId);
        Metrics.Add(Counters);
        Memory = new LoopMemory(memory ?? new MemoryBudget(MemoryBudget.Infinite), this);
    }

    /// <summary>The number of this selector among the system's selectors, from 0. Can be read on any thread.</summary>
    internal int Index { get; }

    /// <summary>
    /// The dispatcher that an actor's Props must name so that the actor runs on this loop. Can be read on any thread.
    /// </summary>
    internal string DispatcherId { get; }

    /// <summary>The loop. Can be read on any thread.</summary>
    internal ReactorLoop Loop { get; }

    /// <summary>The descriptor reserve of the whole system. Can be read on any thread.</summary>
    internal DescriptorReserve Reserve { get; }

    /// <summary>The metrics of the whole system. Can be used on any thread.</summary>
    internal ReactorMetrics Metrics { get; }

    /// <summary>What this loop counts for the metrics.</summary>
    internal LoopCounters Counters { get; } = new();

    /// <summary>The memory that the connections of this loop hold.</summary>
    internal LoopMemory Memory { get; }

    /// <summary>The platform's sockets. Can be read on any thread.</summary>
    internal ISockets Sockets => _platform.Sockets;

    /// <summary>The engine's name in configuration and logs. Can be read on any thread.</summary>
    internal string EngineName => _platform.EngineName;

    /// <summary>The current engine; null until the selector actor has started, and between its crash and its restart.</summary>
    internal IEngine? Engine { get; private set; }

    /// <summary>
    /// A buffer in which small writes are gathered. A method that uses it has finished with it when the method returns.
    /// </summary>
    internal byte[] Scratch { get; } = GC.AllocateUninitializedArray<byte>(ScratchSize);

    /// <summary>True if the selector was stopped for good: it accepts no more sockets. Can be read on any thread.</summary>
    internal bool IsStopped => _stopped is not null;

    /// <summary>The number of sockets in the table.</summary>
    internal int Count => _table.Count;

    /// <summary>
    /// True if the log has reported that there is no fresh engine, and there has been none since. Used by the selector actor only.
    /// </summary>
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
                // The fault of an earlier socket may have ended this one.
                if (socket.Index >= 0)
                {
                    socket.RegisterWith(Engine);
                }
            }
            catch (Exception fault)
            {
                // If one socket cannot be watched, only that socket fails.
                socket.OnFault(fault);
            }
        }
    }

    /// <summary>Returns how long to wait before the next engine is created, after the engine failed by itself.</summary>
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

    /// <summary>
    /// Fails every socket of the table, and every socket added later, with a typed reason: the selector was stopped for good.
    /// </summary>
    internal void FailAll(SelectorStoppedException cause)
    {
        _stopped = cause;
        foreach (Selectable socket in _table.ToArray())
        {
            socket.OnFault(cause);
        }
    }

    /// <summary>Adds the socket to the table and watches it.</summary>
    /// <exception cref="SelectorStoppedException">The selector was stopped for good and watches no socket any more.</exception>
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

    /// <summary>Removes the socket from the table. Call this before its descriptor is closed.</summary>
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

    /// <summary>Calls the action for every socket of the table. The action may remove sockets. An exception fails its socket only.</summary>
    internal void ForEach(Action<Selectable> action) => ForEach(_table.ToArray(), action);

    /// <summary>Calls the action for each of the sockets. An exception fails its socket only.</summary>
    internal static void ForEach(IEnumerable<Selectable> sockets, Action<Selectable> action)
    {
        foreach (Selectable socket in sockets)
        {
            try
            {
                action(socket);
            }
            catch (Exception fault)
            {
                socket.OnFault(fault);
            }
        }
    }

    /// <summary>
    /// Stops all reports for this socket, even of faults, until its interest is set again. For a socket on which both directions
    /// are finished while its owner does not want to read: a level-triggered engine would report that state for ever.
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
            // The caller may be closing the socket and must be able to finish that. The next engine does not know this
            // registration.
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
    /// Hands the first events of the loop's batch to their sockets, as many as one call should handle, and returns their number. If
    /// a socket fails, only that socket is affected.
    /// </summary>
    internal int Dispatch()
    {
        ReadOnlySpan<EngineEvent> batch = Loop.Batch;
        long enough = Loop.ReceiveMemory.Taken + MostReceived;
        int served = 0;
        while (served < Math.Min(batch.Length, MostServed) && Loop.ReceiveMemory.Taken < enough)
        {
            // An earlier event of this batch may have closed the socket: then this event is stale.
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
