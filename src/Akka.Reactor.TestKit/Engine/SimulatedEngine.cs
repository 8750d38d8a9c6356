using System;
using System.Collections.Generic;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>
/// A level-triggered poller on a simulated host. It reports the readiness of the registered descriptors, and takes the
/// liberties that a real system takes: it reports events in another order, readiness that does not exist, and events for
/// registrations that have been removed.
/// </summary>
internal sealed class SimulatedEngine : ReadinessEngine, IReadySource
{
    private readonly SimulatedHost _host;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedWake _wake;
    private readonly IWaiting _waiting;
    private readonly List<Watch?> _watches = [];
    private readonly ReadyList _ready = new();
    private readonly List<(ulong Token, Readiness Readiness)> _found = [];
    private readonly List<ulong> _gone = [];

    internal SimulatedEngine(SimulatedHost host, SimulatedWake wake, IWaiting waiting)
        : base(new SimulatedIo(host))
    {
        _host = host;
        _network = host.Network;
        _wake = wake;
        _waiting = waiting;
        wake.Engine = this;
    }

    public bool HasReady
    {
        get
        {
            // The caller asks at the point where the loop would enter the wait, and a wait begins by applying the changed
            // interests.
            while (Table.TryTakeChanged(out Registration? registration))
            {
                Apply(registration);
                registration.Applied = registration.Interest;
            }

            return _ready.Any;
        }
    }

    public override void Dispose()
    {
        foreach (Watch? watch in _watches)
        {
            watch?.End();
        }

        if (_wake.Engine == this)
        {
            _wake.Engine = null;
        }
    }

    protected override void Add(Registration registration)
    {
        SimulatedFile file = _host.At(registration.Descriptor) ?? throw Errno.Exception("register", Errno.EBADF);
        while (_watches.Count <= registration.Slot)
        {
            _watches.Add(null);
        }

        Watch watch = new(file, registration.Token, _ready);
        _watches[registration.Slot] = watch;
        watch.SetInterest(Interest.None);
    }

    protected override void Apply(Registration registration) =>
        _watches[registration.Slot]?.SetInterest(registration.Interest);

    protected override void Remove(Registration registration)
    {
        _watches[registration.Slot]?.End();
        _watches[registration.Slot] = null;
        if (_network.Random.Chance(_network.Faults.StaleEvent))
        {
            _gone.Add(registration.Token);
        }
    }

    protected override int Poll(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        SimulatedFaults faults = _network.Faults;
        if (_network.Random.Chance(faults.EngineFailure))
        {
            _network.Trace.Add(_host.Address, "the engine fails");
            throw Errno.Exception("wait", Errno.EINVAL);
        }

        _waiting.Wait(this, _wake, timeoutMilliseconds);
        _wake.Clear();
        _found.Clear();
        _ready.Take(events.Length, _found);
        AddSpurious(faults, events.Length);
        if (_network.Random.Chance(faults.ReorderedEvents))
        {
            Shuffle();
        }

        int filled = 0;
        foreach ((ulong token, Readiness readiness) in _found)
        {
            if (Table.Find(token) is { } registration)
            {
                events[filled++] = new EngineEvent(registration, readiness);
            }
        }

        return filled;
    }

    // Adds events for sockets that are not ready, and for registrations that have been removed.
    private void AddSpurious(SimulatedFaults faults, int capacity)
    {
        foreach (ulong token in _gone)
        {
            _found.Add((token, Readiness.Readable | Readiness.Fault));
        }

        _gone.Clear();
        if (faults.SpuriousReadiness <= 0)
        {
            return;
        }

        foreach (Registration? registration in Table.Slots)
        {
            // The end of a connect is never reported before the connect has ended.
            if (
                registration is { Kind: not SocketKind.ConnectInProgress, Applied: not Interest.None }
                && _watches[registration.Slot]!.Readiness == Readiness.None
                && _found.Count < capacity
                && _network.Random.Chance(faults.SpuriousReadiness)
            )
            {
                _found.Add((registration.Token, (Readiness)registration.Applied));
            }
        }
    }

    private void Shuffle()
    {
        for (int i = _found.Count - 1; i > 0; i--)
        {
            int j = _network.Random.Next(i + 1);
            (_found[i], _found[j]) = (_found[j], _found[i]);
        }
    }
}
