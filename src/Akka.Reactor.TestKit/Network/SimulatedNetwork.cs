using System;
using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor.Simulated;

/// <summary>
/// The hosts, and the segments that travel between them. The segments of one direction of a connection arrive in order. The
/// network does nothing by itself: everything that is under way is in the <see cref="Agenda"/>, and the driver of the
/// simulation runs it.
/// </summary>
internal sealed class SimulatedNetwork(
    SeededRandom random,
    VirtualClock clock,
    SimulatedFaults faults,
    NetworkConditions conditions,
    TraceLog trace
)
{
    // Linux sends a SYN again after one second.
    private const long ConnectAgain = TimeSpan.TicksPerSecond;

    private readonly Dictionary<IPAddress, SimulatedHost> _hosts = [];
    private readonly Dictionary<(SimulatedHost, SimulatedHost), NetworkConditions> _conditions = [];
    private readonly HashSet<SimulatedHost> _isolated = [];
    private readonly List<Action> _held = [];
    private int _segments;

    internal SeededRandom Random => random;

    internal VirtualClock Clock => clock;

    /// <summary>The faults to inject. They can be changed at any time.</summary>
    internal SimulatedFaults Faults { get; set; } = faults;

    internal TraceLog Trace => trace;

    internal Agenda Agenda { get; } = new();

    /// <summary>Returns the host with the given address. Creates the host if it does not exist yet.</summary>
    internal SimulatedHost Host(IPAddress address)
    {
        if (!_hosts.TryGetValue(address, out SimulatedHost? host))
        {
            host = new SimulatedHost(this, address);
            _hosts.Add(address, host);
        }

        return host;
    }

    /// <summary>Sets the conditions between two hosts, for connections made from now on.</summary>
    internal void SetConditions(SimulatedHost one, SimulatedHost other, NetworkConditions between)
    {
        _conditions[(one, other)] = between;
        _conditions[(other, one)] = between;
    }

    /// <summary>
    /// Cuts a host off: nothing leaves it and nothing reaches it. Everything that is sent meanwhile is kept until the host
    /// is back, as TCP does by retransmission.
    /// </summary>
    internal void Isolate(SimulatedHost host) => _isolated.Add(host);

    internal void Rejoin(SimulatedHost host)
    {
        _isolated.Remove(host);
        Action[] held = [.. _held];
        _held.Clear();
        foreach (Action action in held)
        {
            Agenda.Add(clock.Ticks, action);
        }
    }

    /// <summary>Starts a connection, and returns its local end, which is still connecting.</summary>
    internal SimulatedEnd Dial(SimulatedHost from, IPEndPoint remote, int port = 0)
    {
        SimulatedHost? to = IPAddress.IsLoopback(remote.Address) ? from : _hosts.GetValueOrDefault(remote.Address);
        NetworkConditions between = to is null ? conditions : _conditions.GetValueOrDefault((from, to), conditions);
        IPEndPoint local = new(to == from ? remote.Address : from.Address, port == 0 ? from.TakePort() : port);
        SimulatedEnd end = new(this, from, local, remote, between);
        trace.Add(end, "connects");
        if (random.Chance(Faults.ConnectUnreachable))
        {
            Agenda.Add(Arrival(end), () => Refuse(end, Errno.EHOSTUNREACH));
        }
        else if (to is not null && !random.Chance(Faults.ConnectHangs))
        {
            Travel(end, to, 0, () => Request(end, to));
        }

        return end;
    }

    /// <summary>Sends all bytes, and the FIN, that can be sent now.</summary>
    internal void Transmit(SimulatedEnd from)
    {
        while (from.State.TryTransmit(from.Conditions.SegmentSize, out Segment segment))
        {
            trace.Add(from, segment.Fin ? "sends FIN and" : "sends", segment.Data.Length);
            SimulatedEnd to = from.Peer!;
            Segment sent = segment;
            Travel(from, to.Host, segment.Data.Length, () => Arrive(to, sent));
        }
    }

    internal void SendReset(SimulatedEnd from)
    {
        trace.Add(from, "sends RST");
        SimulatedEnd to = from.Peer!;
        Travel(from, to.Host, 0, () => Reset(to));
    }

    /// <summary>Announces the free room in the receive buffer to the peer, if it has grown enough to be worth a segment.</summary>
    internal void AnnounceRoom(SimulatedEnd from)
    {
        int room = from.State.TakeFreed();
        if (room > 0 && from.Peer is { } to)
        {
            Travel(from, to.Host, 0, () => Room(to, room));
        }
    }

    private void Request(SimulatedEnd from, SimulatedHost to)
    {
        SimulatedListener? listener = to.FindListener(from.Remote);
        if (listener is null || random.Chance(Faults.ConnectRefused))
        {
            Agenda.Add(Arrival(from), () => Deliver(to, from.Host, () => Refuse(from, Errno.ECONNREFUSED)));
        }
        else if (!listener.HasRoom)
        {
            trace.Add(listener, "has no room in its backlog");
            Agenda.Add(clock.Ticks + ConnectAgain, () => Deliver(from.Host, to, () => Request(from, to)));
        }
        else
        {
            SimulatedEnd accepted = new(this, to, from.Remote, from.Local, from.Conditions) { Peer = from };
            from.Peer = accepted;
            accepted.State.Connect(from.Conditions.ReceiveBuffer);

            // The answer to the connect is sent before the listener gets the connection, because a listening peer sends its
            // first bytes as soon as it gets the connection, and these must not arrive before the answer.
            Travel(accepted, from.Host, 0, () => Connect(from));
            listener.Add(accepted);
        }
    }

    private void Refuse(SimulatedEnd end, int errno)
    {
        if (!end.State.Dead)
        {
            trace.Add(end, errno == Errno.ECONNREFUSED ? "is refused" : "finds no route");
            end.State.Refuse(errno);
            end.Changed?.Invoke();
        }
    }

    private void Connect(SimulatedEnd end)
    {
        if (end.State.Dead)
        {
            // The connect was given up in the meantime.
            SendReset(end);
            return;
        }

        trace.Add(end, "is connected");
        end.State.Connect(end.Conditions.ReceiveBuffer);
        end.Changed?.Invoke();
        Transmit(end);
    }

    private void Arrive(SimulatedEnd to, in Segment segment)
    {
        if (++_segments == Faults.ResetAtSegment || random.Chance(Faults.Reset))
        {
            trace.Add(to, "is reset by the network, and its peer");
            Reset(to);
            Reset(to.Peer!);
            return;
        }

        trace.Add(to, segment.Fin ? "gets FIN and" : "gets", segment.Data.Length);
        bool wasDead = to.State.Dead;
        if (!wasDead)
        {
            to.Peer!.State.Acknowledge(segment);
        }

        if (to.State.Arrive(segment) && !wasDead)
        {
            SendReset(to);
        }

        to.Changed?.Invoke();
    }

    private void Reset(SimulatedEnd to)
    {
        trace.Add(to, "gets RST");
        to.State.ArriveReset();
        to.Changed?.Invoke();
    }

    private void Room(SimulatedEnd to, int bytes)
    {
        to.State.OpenWindow(bytes);
        Transmit(to);
        to.Changed?.Invoke();
    }

    private void Travel(SimulatedEnd from, SimulatedHost to, int bytes, Action arrive)
    {
        long start = Math.Max(clock.Ticks, from.LineFreeAt);
        long rate = from.Conditions.BytesPerSecond;
        from.LineFreeAt = rate == 0 ? start : start + (bytes * TimeSpan.TicksPerSecond / rate);
        long at = Math.Max(from.LastArrival, from.LineFreeAt + Arrival(from) - clock.Ticks);
        from.LastArrival = at;
        Agenda.Add(at, () => Deliver(from.Host, to, arrive));
    }

    private void Deliver(SimulatedHost from, SimulatedHost to, Action arrive)
    {
        if (from != to && (_isolated.Contains(from) || _isolated.Contains(to)))
        {
            _held.Add(() => Deliver(from, to, arrive));
        }
        else
        {
            arrive();
        }
    }

    private long Arrival(SimulatedEnd from) =>
        clock.Ticks + from.Conditions.Latency.Ticks + random.UpTo(from.Conditions.Jitter.Ticks);
}
