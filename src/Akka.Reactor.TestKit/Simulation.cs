using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Reactor.Polling;
using Akka.Reactor.Simulated;

namespace Akka.Reactor;

/// <summary>
/// Runs actor systems and scripted peers on an in-memory network with a virtual clock. All code above the poller runs
/// unchanged. It runs only during calls of <c>Run</c>, <c>RunUntil</c> or <c>Await</c>, on the thread that makes the call.
/// The seed decides the order in which everything runs, the behavior of the network, and the faults. So equal seeds give
/// equal runs.
/// </summary>
/// <remarks>
/// Virtual time advances only during these calls, and waiting takes no real time: a timeout of five minutes costs nothing.
/// Akka's scheduler (receive timeouts, timers) runs on the same clock. A message that a test sends to an actor between two
/// calls is handled during the next call. Do not block on a task of a simulated system; use <see cref="Await{T}"/>. Only
/// names that are set with <see cref="SetName"/> can be resolved. Use a simulation on one thread at a time.
/// </remarks>
public sealed class Simulation : IDisposable
{
    private const int TailLines = 60;
    private const int MostMoments = 10;

    // Limits in real time for the work of other threads. There is hardly any such work.
    private static readonly TimeSpan RealPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ActorsPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TooLong = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RealMoment = TimeSpan.FromMilliseconds(100);

    // A drain on termination begins on the thread pool, which may have to create a thread first.
    private static readonly TimeSpan ActorsMoment = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestLeap = TimeSpan.FromMilliseconds(100);

    private readonly SimulatedNetwork _network;
    private readonly SimulatedResolver _resolver = new();
    private readonly EngineStyle _style;
    private readonly Driver _driver;
    private readonly TraceLog _trace;
    private readonly List<ActorSystem> _systems = [];
    private readonly List<string> _log = [];
    private bool _failed;

    /// <param name="seed">The seed of all random decisions.</param>
    /// <param name="options">The options. Null means <see cref="SimulationOptions.Default"/>.</param>
    public Simulation(int seed, SimulationOptions? options = null)
    {
        options ??= SimulationOptions.Default;
        Seed = seed;
        _style = options.Engine;
        VirtualClock clock = new();
        _trace = new TraceLog(clock, options.TraceCapacity);
        _network = new SimulatedNetwork(new SeededRandom(seed), clock, options.Faults, options.Conditions, _trace);
        _driver = new Driver(_network);
    }

    /// <summary>The seed, which reproduces this run.</summary>
    public int Seed { get; }

    /// <summary>The virtual time since the simulation began.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_network.Clock.Ticks);

    /// <summary>
    /// The trace of the run. Each line has the time in seconds, the object, and what happened to it. Only the last lines
    /// are kept; see <see cref="SimulationOptions.TraceCapacity"/>.
    /// </summary>
    public string Trace => _trace.Tail(int.MaxValue);

    /// <summary>The warnings and errors that the simulated systems logged.</summary>
    public IReadOnlyList<string> Log => _log;

    /// <summary>The faults that the simulation injects. A new value takes effect immediately.</summary>
    public SimulatedFaults Faults
    {
        get => _network.Faults;
        set => _network.Faults = value;
    }

    /// <summary>Wraps the platform of a host before its systems use it. Tests of the simulation itself use this property.</summary>
    internal Func<IPlatform, IPlatform>? Decorate { get; set; }

    internal SimulatedNetwork Network => _network;

    /// <summary>
    /// Starts an actor system and its reactor on the host with the given address. <see cref="Dispose"/> terminates the
    /// system.
    /// </summary>
    /// <param name="name">The name of the system.</param>
    /// <param name="address">The address of the host, such as <c>10.0.0.1</c>. A host can have several systems.</param>
    /// <param name="configuration">
    /// The configuration of the system. The simulation overrides its settings for dispatchers, scheduler and loggers.
    /// </param>
    public ActorSystem CreateSystem(string name, string address, Config? configuration = null)
    {
        SimulatedHost host = _network.Host(IPAddress.Parse(address));
        IPlatform platform = new SimulatedPlatform(host, _style, NoWaiting.Instance);
        ReactorSetup reactor = new(
            Decorate?.Invoke(platform) ?? platform,
            _network.Clock,
            new HostRunner(_driver, host)
        )
        {
            Resolver = _resolver,
            OverwritesReleased = true,
        };
        Config config = SystemConfiguration.Of(configuration);
        ActorSystemSetup setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(config),
            reactor,
            new SimulationSetup(_driver)
        );
        ActorSystem system = InContext(() => Creation.For(_driver, () => ActorSystem.Create(name, setup)));
        _systems.Add(system);
        _ = new LogTap((ExtendedActorSystem)system, _trace, _log);
        _ = InContext(system.Reactor);
        return system;
    }

    /// <summary>
    /// Starts a listener in a simulated system, as <see cref="ReactorExtension.Bind"/> does, and runs the simulation until
    /// it listens.
    /// </summary>
    public Bound Bind(ActorSystem system, string endPoint, Props protocol, ListenerOptions? options = null) =>
        Await(() => system.Reactor().Bind(endPoint, protocol, options));

    /// <summary>Runs the simulation for the given virtual time. Everything that is due within this time happens.</summary>
    public void Run(TimeSpan time)
    {
        long until = After(time);
        Work(() => false, until);
        _network.Clock.MoveTo(until);
        Work(() => false, until);
    }

    /// <summary>Runs the simulation until the condition is true. The condition is checked after every step.</summary>
    /// <exception cref="SimulationException">
    /// The condition did not become true within <paramref name="atMost"/> of virtual time.
    /// </exception>
    public void RunUntil(Func<bool> condition, TimeSpan atMost)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (!Work(condition, After(atMost)))
        {
            throw Failure(
                string.Create(CultureInfo.InvariantCulture, $"The condition did not become true within {atMost}.")
            );
        }
    }

    /// <summary>
    /// Runs the simulation until every message is handled and nothing is under way on the network. Time advances only as
    /// far as the network needs: the simulation does not wait for deadlines.
    /// </summary>
    public void RunUntilQuiet() => Work(() => false, Agenda.Never, deadlines: false);

    /// <summary>Calls <paramref name="start"/>, and runs the simulation until the returned task has completed.</summary>
    /// <param name="start">Called on this thread. The code after an <c>await</c> in it also runs on this thread.</param>
    /// <param name="atMost">The limit in virtual time. Null means one hour.</param>
    /// <exception cref="SimulationException">The task did not complete.</exception>
    public T Await<T>(Func<Task<T>> start, TimeSpan? atMost = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        Task<T> task = InContext(start);
        if (!Finish(task, After(atMost ?? TimeSpan.FromHours(1)), RealPatience, RealMoment))
        {
            throw Failure("The awaited task did not complete.");
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>Creates a peer that connects to an end point. The peer's host may also have actor systems.</summary>
    /// <param name="address">The address of the peer's host, such as <c>10.0.0.9</c>.</param>
    /// <param name="to">The end point to connect to, such as <c>bound.LocalEndPoint</c>.</param>
    public SimulatedPeer Connect(string address, EndPoint to)
    {
        SimulatedHost host = _network.Host(IPAddress.Parse(address));
        return to is IPEndPoint remote
            ? new SimulatedPeer(_network, _network.Dial(host, remote))
            : throw new ArgumentException($"{to} is not an address of the simulated network.", nameof(to));
    }

    /// <summary>Creates a listening peer, which creates a <see cref="SimulatedPeer"/> for every connection.</summary>
    /// <param name="address">The address of the peer's host.</param>
    /// <param name="port">The port to listen on. 0 takes a free port.</param>
    /// <param name="accepted">Called for every new connection, with its peer. Null means that nothing is called.</param>
    public SimulatedPeerListener Listen(string address, int port = 0, Action<SimulatedPeer>? accepted = null)
    {
        SimulatedHost host = _network.Host(IPAddress.Parse(address));
        return new SimulatedPeerListener(_network, host, new IPEndPoint(host.Address, port), accepted);
    }

    /// <summary>Sets the addresses of a name, in the order in which they are tried. Names that are not set do not exist.</summary>
    public void SetName(string name, params IReadOnlyList<string> addresses)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(addresses);
        _resolver.Set(name, [.. addresses.Select(IPAddress.Parse)]);
    }

    /// <summary>
    /// Cuts a host off from the network until <see cref="Rejoin"/>: nothing reaches it and nothing leaves it. Neither side
    /// is notified.
    /// </summary>
    public void Isolate(string address) => _network.Isolate(_network.Host(IPAddress.Parse(address)));

    /// <summary>Undoes <see cref="Isolate"/>. Everything that was sent in the meantime arrives now.</summary>
    public void Rejoin(string address) => _network.Rejoin(_network.Host(IPAddress.Parse(address)));

    /// <summary>Sets the network conditions between two hosts, for connections made from now on.</summary>
    public void SetConditions(string oneAddress, string otherAddress, NetworkConditions conditions) =>
        _network.SetConditions(
            _network.Host(IPAddress.Parse(oneAddress)),
            _network.Host(IPAddress.Parse(otherAddress)),
            conditions
        );

    /// <summary>Returns the number of sockets that the systems of a host have open, including listening sockets.</summary>
    public int OpenSockets(string address) => _network.Host(IPAddress.Parse(address)).OpenSockets;

    /// <summary>Creates an exception with the seed, which reproduces this run, and the end of the trace.</summary>
    public SimulationException Failure(string message, Exception? cause = null)
    {
        _failed = true;
        return new SimulationException(message, Seed, _trace.Tail(TailLines), cause);
    }

    /// <summary>Terminates the systems that have not been terminated yet.</summary>
    /// <exception cref="SimulationException">
    /// A system did not terminate. This exception is not thrown after another failure, because it would hide that failure.
    /// </exception>
    public void Dispose()
    {
        bool failed = _failed;
        foreach (ActorSystem system in _systems)
        {
            _ = InContext(system.Terminate);
        }

        foreach (ActorSystem system in _systems)
        {
            // The last actor ends on this thread. The simulation does not wait for the work that Akka does after that on
            // another thread.
            Task actors = ((ExtendedActorSystem)system).Provider.TerminationTask;
            bool ended = Finish(actors, Agenda.Never, failed ? TimeSpan.Zero : ActorsPatience, ActorsMoment);
            if (!ended && !failed)
            {
                throw Failure($"{system.Name} did not terminate.");
            }
        }

        _systems.Clear();
    }

    private long After(TimeSpan time)
    {
        long now = _network.Clock.Ticks;
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return time.Ticks >= Agenda.Never - now ? Agenda.Never - 1 : now + time.Ticks;
    }

    // Other threads may do a part of the awaited work, in real time. So before the clock makes a long leap, as it does to
    // reach a deadline but not for the network, these threads get a moment to finish their part. The number of these
    // moments is limited.
    private bool Finish(Task task, long until, TimeSpan patience, TimeSpan moment)
    {
#pragma warning disable RS0030 // Other threads work in real time.
        long started = TimeProvider.System.GetTimestamp();
#pragma warning restore RS0030
        int moments = patience == TimeSpan.Zero ? 0 : MostMoments;
        while (!Work(() => task.IsCompleted, until, longestLeap: LongestLeap.Ticks))
        {
            if (moments > 0 && _driver.WaitForOthers(task, moment))
            {
                continue;
            }

            moments--;
            bool advanced = InContext(() => _driver.Advance(until));

            // With a repeating timer, virtual time could advance forever.
#pragma warning disable RS0030 // Other threads work in real time.
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(started);
#pragma warning restore RS0030
            if (elapsed > (advanced ? patience + TooLong : patience))
            {
                return false;
            }

            if (!advanced)
            {
                _driver.WaitForOthers(task, RealMoment);
            }
        }

        return true;
    }

    private bool Work(Func<bool> done, long until, bool deadlines = true, long longestLeap = Agenda.Never)
    {
        using (Context.Enter(_driver))
        {
            while (!done())
            {
                if (!_driver.Step() && !_driver.Advance(until, deadlines, longestLeap))
                {
                    return false;
                }

                if (_driver.Fault is { } fault)
                {
                    throw Failure($"{fault.GetType().Name}: {fault.Message}.", fault);
                }
            }
        }

        return true;
    }

    private T InContext<T>(Func<T> call)
    {
        using (Context.Enter(_driver))
        {
            return call();
        }
    }

    /// <summary>While this context is entered, the code after an <c>await</c> on this thread continues in the simulation.</summary>
    private readonly struct Context(SynchronizationContext? before) : IDisposable
    {
        internal static Context Enter(Driver driver)
        {
            SynchronizationContext? before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(driver);
            return new Context(before);
        }

        public void Dispose() => SynchronizationContext.SetSynchronizationContext(before);
    }
}
