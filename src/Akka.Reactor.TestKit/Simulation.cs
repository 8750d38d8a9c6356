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
/// Actor systems and scripted peers on an in-memory network with a virtual clock. Everything above the poller runs unchanged,
/// all of it on the thread that calls <c>Run</c>, <c>RunUntil</c> or <c>Await</c>, and only during these calls; whose turn it
/// is, what the network does and what goes wrong is drawn from the seed. So equal seeds make equal runs.
/// </summary>
/// <remarks>
/// Time passes only as far as these calls let it: a timeout of five minutes costs nothing. Akka's scheduler (receive timeouts,
/// timers) runs on the same clock. What a test tells an actor between the calls is handled in the next. Do not block on a
/// task of a simulated system; use <see cref="Await{T}"/>. Names are those of <see cref="SetName"/>. One thread at a time.
/// </remarks>
public sealed class Simulation : IDisposable
{
    private const int TailLines = 60;
    private const int MostMoments = 10;

    // For what other threads do, which is next to nothing.
    private static readonly TimeSpan RealPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ActorsPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TooLong = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RealMoment = TimeSpan.FromMilliseconds(100);

    // A drain on termination begins on the thread pool, which may have to make a thread for it first.
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

    /// <param name="seed">Decides everything that is left to chance.</param>
    /// <param name="options">Null: <see cref="SimulationOptions.Default"/>.</param>
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

    /// <summary>Reproduces this run.</summary>
    public int Seed { get; }

    /// <summary>Virtual time since the simulation began.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_network.Clock.Ticks);

    /// <summary>Everything that happened, one line each: seconds, who, what. The last ones; see <see cref="SimulationOptions.TraceCapacity"/>.</summary>
    public string Trace => _trace.Tail(int.MaxValue);

    /// <summary>The warnings and errors that the simulated systems logged.</summary>
    public IReadOnlyList<string> Log => _log;

    /// <summary>What goes wrong from now on.</summary>
    public SimulatedFaults Faults
    {
        get => _network.Faults;
        set => _network.Faults = value;
    }

    /// <summary>Between a host's platform and its systems, for tests of the simulation itself.</summary>
    internal Func<IPlatform, IPlatform>? Decorate { get; set; }

    internal SimulatedNetwork Network => _network;

    /// <summary>Starts an actor system, with its reactor, on the host with this address. Terminated by <see cref="Dispose"/>.</summary>
    /// <param name="name">The system's name.</param>
    /// <param name="address">Such as <c>10.0.0.1</c>; a host may have several systems.</param>
    /// <param name="configuration">The system's own. Dispatchers, scheduler and loggers are the simulation's.</param>
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

    /// <summary>Listens in a simulated system, as <see cref="ReactorExtension.Bind"/>, and runs until it does.</summary>
    public Bound Bind(ActorSystem system, string endPoint, Props protocol, ListenerOptions? options = null) =>
        Await(() => system.Reactor().Bind(endPoint, protocol, options));

    /// <summary>Lets this much time pass, and everything happen that is due in it.</summary>
    public void Run(TimeSpan time)
    {
        long until = After(time);
        Work(() => false, until);
        _network.Clock.MoveTo(until);
        Work(() => false, until);
    }

    /// <summary>Runs until the condition holds, which is looked at after every step.</summary>
    /// <exception cref="SimulationException">It did not within this much virtual time.</exception>
    public void RunUntil(Func<bool> condition, TimeSpan atMost)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (!Work(condition, After(atMost)))
        {
            throw Failure(string.Create(CultureInfo.InvariantCulture, $"It did not happen within {atMost}."));
        }
    }

    /// <summary>
    /// Runs until every message is handled and nothing is under way on the network. Time passes as far as the network needs;
    /// no deadline is waited for.
    /// </summary>
    public void RunUntilQuiet() => Work(() => false, Agenda.Never, deadlines: false);

    /// <summary>Calls this, and runs until its task has ended, however much time that takes.</summary>
    /// <param name="start">Called on this thread; what it awaits goes on here.</param>
    /// <param name="atMost">Of virtual time; null is an hour.</param>
    /// <exception cref="SimulationException">It did not end.</exception>
    public T Await<T>(Func<Task<T>> start, TimeSpan? atMost = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        Task<T> task = InContext(start);
        if (!Finish(task, After(atMost ?? TimeSpan.FromHours(1)), RealPatience, RealMoment))
        {
            throw Failure("What was awaited did not end.");
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>A peer that connects, from a host with no actor system or with one.</summary>
    /// <param name="address">The peer's own, such as <c>10.0.0.9</c>.</param>
    /// <param name="to">Where to, such as <c>bound.LocalEndPoint</c>.</param>
    public SimulatedPeer Connect(string address, EndPoint to)
    {
        SimulatedHost host = _network.Host(IPAddress.Parse(address));
        return to is IPEndPoint remote
            ? new SimulatedPeer(_network, _network.Dial(host, remote))
            : throw new ArgumentException($"{to} is no address of the simulated network.", nameof(to));
    }

    /// <summary>A peer that listens, and makes a <see cref="SimulatedPeer"/> for every connection.</summary>
    /// <param name="address">The peer's own.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="accepted">Called for every connection, as it is made; null leaves it alone.</param>
    public SimulatedPeerListener Listen(string address, int port = 0, Action<SimulatedPeer>? accepted = null)
    {
        SimulatedHost host = _network.Host(IPAddress.Parse(address));
        return new SimulatedPeerListener(_network, host, new IPEndPoint(host.Address, port), accepted);
    }

    /// <summary>From now on this name has these addresses, in the order in which they are to be tried. Other names do not exist.</summary>
    public void SetName(string name, params IReadOnlyList<string> addresses)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(addresses);
        _resolver.Set(name, [.. addresses.Select(IPAddress.Parse)]);
    }

    /// <summary>Nothing reaches this host and nothing leaves it, and nobody is told, until <see cref="Rejoin"/>.</summary>
    public void Isolate(string address) => _network.Isolate(_network.Host(IPAddress.Parse(address)));

    /// <summary>Undoes <see cref="Isolate"/>: what was sent in the meantime arrives now.</summary>
    public void Rejoin(string address) => _network.Rejoin(_network.Host(IPAddress.Parse(address)));

    /// <summary>Other conditions between two hosts, for connections made from now on.</summary>
    public void SetConditions(string oneAddress, string otherAddress, NetworkConditions conditions) =>
        _network.SetConditions(
            _network.Host(IPAddress.Parse(oneAddress)),
            _network.Host(IPAddress.Parse(otherAddress)),
            conditions
        );

    /// <summary>How many sockets the systems of this host have open, listening ones included.</summary>
    public int OpenSockets(string address) => _network.Host(IPAddress.Parse(address)).OpenSockets;

    /// <summary>An exception that says how to see this run again.</summary>
    public SimulationException Failure(string message, Exception? cause = null)
    {
        _failed = true;
        return new SimulationException(message, Seed, _trace.Tail(TailLines), cause);
    }

    /// <summary>Terminates the systems, as far as they have not been.</summary>
    /// <exception cref="SimulationException">They did not end; not thrown after another failure, which it would hide.</exception>
    public void Dispose()
    {
        bool failed = _failed;
        foreach (ActorSystem system in _systems)
        {
            _ = InContext(system.Terminate);
        }

        foreach (ActorSystem system in _systems)
        {
            // The last actor ends here, on this thread. What Akka does after that, on another, is nobody's business.
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

    // Part of what is waited for may be with other threads, in real time. So before time makes a leap, as it does to a
    // deadline and not on the network, they get a moment to bring it; but not for ever.
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

            // Timers that repeat could let time pass for ever.
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

    /// <summary>While it is entered, whatever is awaited on this thread goes on in the simulation.</summary>
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
