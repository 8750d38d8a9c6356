using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Reactor.Clients;
using Akka.Reactor.Configuration;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Layers.Tls;
using Akka.Reactor.Listeners;
using Akka.Reactor.Polling;
using Akka.Reactor.Selectors;
using Akka.Util;

namespace Akka.Reactor;

/// <summary>
/// The network of an actor system: its event loops and selectors, the listeners and clients of its configuration, and the methods
/// that create more of them. Get it with <see cref="ActorSystemExtensions.Reactor"/>. All members may be called from any thread.
/// </summary>
public sealed class ReactorExtension : IExtension
{
    // A bind needs no network. A bind that takes longer than this means that the system is shutting down.
    private static readonly TimeSpan BindTimeout = TimeSpan.FromSeconds(20);

    private readonly ReactorOptions _settings;
    private readonly IReadOnlyList<Selector> _selectors;
    private readonly INameResolver _resolver;
    private readonly CertificateKeeper _certificates;

    private readonly Task _terminated;
    private uint _nextSelector;

    internal ReactorExtension(ExtendedActorSystem system)
    {
        system.Settings.InjectTopLevelFallback(
            ConfigurationFactory.FromResource("Akka.Reactor.reference.conf", typeof(ReactorExtension).Assembly)
        );
        _settings = ReactorOptions.Read(system);
        _terminated = system.WhenTerminated;
        Option<ReactorSetup> given = system.Settings.Setup.Get<ReactorSetup>();
        ReactorSetup setup = given.HasValue
            ? given.Value
#pragma warning disable RS0030 // The clock of every system that is not simulated.
            : new ReactorSetup(PlatformOf(_settings.Engine), TimeProvider.System, ThreadRunner.Instance);
#pragma warning restore RS0030
        SocketReader.Check(_settings, setup.Platform.Sockets.Features);
        ILoggingAdapter log = Logging.GetLogger(system, this);
        _resolver = setup.Resolver;
        _certificates = CreateKeeper(system, setup, log);
        Budget = new MemoryBudget(_settings.MemoryLimit, log);
        ReactorMetrics metrics = new(system.Name);
        metrics.ObserveMemory(() => Budget.Used, () => Budget.Shed);
        List<Selector> selectors = CreateSelectors(system, setup, metrics, log);
        _selectors = selectors;
        WatchForStalls(system, setup, selectors, log);
        system.SystemActorOf(SelectorsSupervisor.Props(selectors), "reactor-selectors");
        Manager = CreateManager(system);
        system.RegisterOnTermination(() => selectors.ForEach(selector => selector.Loop.Dispose()));
        system.RegisterOnTermination(metrics.Dispose);
        EndOnShutdown(system, log);
        log.Info("Engine {0} on {1} loop(s)", setup.Platform.EngineName, selectors.Count);
        Started = BindConfigured(log);
        ClientsStarted = StartConfigured(log);
    }

    /// <summary>
    /// The actor that accepts <see cref="Akka.Reactor.Bind"/>, <see cref="Akka.Reactor.Connect"/>,
    /// <see cref="Akka.Reactor.StartClient"/> and <see cref="Drain"/>.
    /// </summary>
    public IActorRef Manager { get; }

    /// <summary>
    /// The task that completes with the listeners of the configuration when all of them are bound, or fails with the first
    /// <see cref="BindException"/>.
    /// </summary>
    public Task<IReadOnlyList<Bound>> Started { get; }

    /// <summary>
    /// The task that completes with the clients of the configuration when all of them are started. The clients need not be
    /// connected by then.
    /// </summary>
    public Task<IReadOnlyList<ClientStarted>> ClientsStarted { get; }

    /// <summary>
    /// The memory that all connections hold, and its limit (<c>akka.reactor.memory-limit</c>). Can be read on any thread; it costs next to
    /// nothing.
    /// </summary>
    public ReactorMemory Memory =>
        new(Budget.Used, Budget.Limit == MemoryBudget.Infinite ? null : Budget.Limit, Budget.Shed);

    /// <summary>The bound for <see cref="Memory"/>.</summary>
    internal MemoryBudget Budget { get; }

    /// <summary>The configuration's defaults for listeners, to be changed with <c>with</c>.</summary>
    public ListenerOptions ListenerDefaults => _settings.Listener;

    /// <summary>The configuration's defaults for outgoing connections, to be changed with <c>with</c>.</summary>
    public ConnectOptions ConnectDefaults => _settings.Client;

    /// <summary>Listens, and creates a protocol actor for every connection.</summary>
    /// <param name="endPoint">
    /// <c>tcp://HOST:PORT</c> or <c>tls://HOST:PORT</c>, in which HOST is an address or <c>localhost</c> (127.0.0.1 and ::1) and
    /// port 0 lets the system choose; or <c>unix:/PATH</c>.
    /// </param>
    /// <param name="protocol">
    /// The Props of the actor that is created for every connection. The actor runs on the connection's loop unless the Props name
    /// another dispatcher.
    /// </param>
    /// <param name="options">The options of the listener. Null: <see cref="ListenerDefaults"/>.</param>
    /// <exception cref="BindException">The address cannot be bound, or an option is not allowed.</exception>
    public Task<Bound> Bind(string endPoint, Props protocol, ListenerOptions? options = null) =>
        AskToListen(new Bind(endPoint, protocol, options));

    /// <summary>
    /// Makes one outgoing connection, and creates its protocol actor when the connection is established with all its layers.
    /// </summary>
    /// <param name="endPoint"><c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>.</param>
    /// <param name="protocol">The Props of the <see cref="ProtocolActor"/> that is created for this connection.</param>
    /// <param name="options">The options of the connection. Null: <see cref="ConnectDefaults"/>.</param>
    /// <exception cref="ReactorException">
    /// The connection could not be made. The type names what failed: <see cref="DnsException"/>,
    /// <see cref="ConnectRefusedException"/>, ...
    /// </exception>
    public async Task<ConnectionMade> Connect(string endPoint, Props protocol, ConnectOptions? options = null)
    {
        // The ask has no timeout: each step has its own, and the dialer answers in every case.
        Task<object> asked = Manager.Ask(new Connect(endPoint, protocol, options), Timeout.InfiniteTimeSpan);
        await Task.WhenAny(asked, _terminated);
        object answer = asked.IsCompleted
            ? await asked
            : new ConnectFailed(endPoint, new TransportClosedException(CloseReason.Aborted));
        return answer switch
        {
            ConnectionMade made => made,
            ConnectFailed failed => throw failed.Cause,
            _ => throw new InvalidOperationException($"Unexpected answer to a connect: {answer}"),
        };
    }

    /// <summary>
    /// Starts a client: an outgoing connection that is made again whenever it is lost. When the returned task completes, the client
    /// exists and is connecting.
    /// </summary>
    /// <param name="options">The options of the client. The configuration supplies the values that they leave out.</param>
    /// <exception cref="ReactorConfigurationException">An option is not allowed, or the name is taken.</exception>
    public Task<ClientStarted> StartClient(ClientOptions options) => AskToStart(new StartClient(options));

    /// <summary>
    /// Returns the status of all listeners and clients. The same answer comes to an actor that sends <see cref="GetStatus"/> to
    /// <see cref="Manager"/>.
    /// </summary>
    /// <exception cref="AskTimeoutException">The manager did not answer in time: the system is shutting down.</exception>
    public Task<ReactorStatus> Status() => Manager.Ask<ReactorStatus>(GetStatus.Instance, BindTimeout);

    /// <summary>
    /// Returns the Props of a client's actor, for a supervisor that the application provides. When the client fails because of
    /// <see cref="RetryDirective.Escalate"/>, this supervisor receives the failure, and may stop or restart the client. The
    /// supervisor also names the actor, for example with <see cref="ClientOptions.Name"/>.
    /// </summary>
    /// <param name="options">The options of the client. The configuration supplies the values that they leave out.</param>
    /// <exception cref="ReactorConfigurationException">An option is not allowed.</exception>
    public Props ClientProps(ClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckedClientOptions client = OutgoingRules.Settle(
            options,
            endPoints: null,
            _settings.Client,
            _settings.Reconnect,
            (key, problem) => new ReactorConfigurationException(key, problem)
        );
        _certificates.Add(client.Connect.Tls);
        return ClientActor.Props(
            client,
            _selectors.On(client.Connect.LoopOf?.Loop, ref _nextSelector),
            _resolver,
            asker: null
        );
    }

    /// <summary>
    /// Loads the certificates and trust anchors of all listeners and clients again, without a look at whether their files have changed.
    /// Later handshakes use the new ones. What cannot be loaded stays as it is, and the reason is logged. What does not come from files
    /// stays as it is, too. The files are read on a thread of the pool.
    /// </summary>
    /// <returns>The failures; empty if everything was loaded.</returns>
    public Task<IReadOnlyList<TlsCertificateLoadException>> ReloadCertificates() => Task.Run(_certificates.Reload);

    private static IPlatform PlatformOf(string engine)
    {
        try
        {
            return Platforms.Resolve(engine);
        }
        catch (EngineNotAvailableException refusal)
        {
            throw Refused(refusal);
        }
    }

    /// <summary>
    /// Returns the refusal as a configuration error that names the setting, or the environment variable, that asked for the engine.
    /// </summary>
    internal static ReactorConfigurationException Refused(EngineNotAvailableException refusal) =>
        new(refusal.Variable ?? $"{ReactorOptions.Path}.engine", refusal.Message, refusal);

    private List<Selector> CreateSelectors(
        ExtendedActorSystem system,
        ReactorSetup setup,
        ReactorMetrics metrics,
        ILoggingAdapter log
    )
    {
        List<Selector> selectors = [];
        HandshakeRules handshakes = new(
            _settings.MaxHandshakes,
            _settings.HandshakeMemory,
            HoldHandshakeDispatcher(system)
        );
        DescriptorReserve reserve = new(setup.Platform.Sockets);
        for (int index = 0; index < _settings.Selectors; index++)
        {
            string id = $"{ReactorOptions.Path}.loop-{index}";
            ReactorLoop loop = new(
                $"{system.Name}-reactor-loop-{index}",
                setup.Platform.CreateWakeSignal(),
                setup.Time,
                fault => log.Error(fault, "Unexpected exception on a loop"),
                setup.Runner,
                setup.OverwritesReleased,
                handshakes
            );
            system.Dispatchers.RegisterConfigurator(
                id,
                new LoopDispatcherConfigurator(
                    system.Dispatchers.Prerequisites,
                    id,
                    loop,
                    _settings.Throughput,
                    _settings.ShutdownTimeout
                )
            );
            selectors.Add(new Selector(index, id, loop, setup.Platform, reserve, Budget, metrics));
        }

        return selectors;
    }

    // The actor does nothing: a dispatcher ends its threads for good when its last actor has stopped.
    private MessageDispatcher? HoldHandshakeDispatcher(ExtendedActorSystem system)
    {
        if (_settings.HandshakeDispatcher is not { } id)
        {
            return null;
        }

        system.SystemActorOf(Props.Empty.WithDispatcher(id), "reactor-handshakes");
        return system.Dispatchers.Lookup(id);
    }

    private void WatchForStalls(
        ExtendedActorSystem system,
        ReactorSetup setup,
        List<Selector> selectors,
        ILoggingAdapter log
    )
    {
        // Simulated loops have no watchdog: they run on the thread of their caller, and their clock stands still meanwhile.
        if (_settings.StallWarning > TimeSpan.Zero && setup.Runner is ThreadRunner)
        {
            StallWatchdog watchdog = new(
                $"{system.Name}-reactor-watchdog",
                selectors.ConvertAll(selector => selector.Loop),
                _settings.StallWarning,
                new StallLog(system, log)
            );
            system.RegisterOnTermination(watchdog.Dispose);
        }
    }

    // Peers, and SslStream, judge a certificate by the clock of their machine, also in a simulation.
    private CertificateKeeper CreateKeeper(ExtendedActorSystem system, ReactorSetup setup, ILoggingAdapter log)
    {
        CertificateKeeper keeper = new(
            log,
#pragma warning disable RS0030
            TimeProvider.System,
#pragma warning restore RS0030
            setup.Runner is ThreadRunner ? $"{system.Name}-reactor-certificates" : null,
            _settings.CertificateCheckInterval,
            _settings.CertificateExpiryWarning
        );
        system.RegisterOnTermination(keeper.Dispose);
        return keeper;
    }

    private IActorRef CreateManager(ExtendedActorSystem system)
    {
        Props props = ReactorManager.Props(_settings, _selectors, _resolver, _certificates, () => Memory);
        try
        {
            return system.ActorOf(props, "reactor");
        }
        catch (InvalidOperationException)
        {
            // The application has its own guardian, under which no other code may create an actor.
            return system.SystemActorOf(props, "reactor");
        }
    }

    private async Task<Bound> AskToListen(object request)
    {
        object answer = await Manager.Ask(request, BindTimeout);
        return answer switch
        {
            Bound bound => bound,
            BindFailed failed => throw failed.Cause,
            _ => throw new InvalidOperationException($"Unexpected answer to a bind: {answer}"),
        };
    }

    private async Task<ClientStarted> AskToStart(object request)
    {
        object answer = await Manager.Ask(request, BindTimeout);
        return answer switch
        {
            ClientStarted started => started,
            StartClientFailed failed => throw failed.Cause,
            _ => throw new InvalidOperationException($"Unexpected answer to a client's start: {answer}"),
        };
    }

    private async Task<IReadOnlyList<Bound>> BindConfigured(ILoggingAdapter log)
    {
        try
        {
            return await Task.WhenAll(_settings.Listeners.Select(AskToListen));
        }
        catch (ReactorException failure)
        {
            // The task Started reports the failure, too, but not every application awaits this task.
            log.Error("A configured listener did not start: {0}", failure.Message);
            throw;
        }
    }

    private async Task<IReadOnlyList<ClientStarted>> StartConfigured(ILoggingAdapter log)
    {
        try
        {
            return await Task.WhenAll(_settings.Clients.Select(AskToStart));
        }
        catch (ReactorException failure)
        {
            log.Error("A configured client did not start: {0}", failure.Message);
            throw;
        }
    }

    // Clients close last, because connections that drain, and an application that leaves a cluster, may still need to send through
    // them.
    private void EndOnShutdown(ExtendedActorSystem system, ILoggingAdapter log)
    {
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
        AddTask("drain", DrainPhase.Name, most => new DrainWithin(most));
        AddTask("close-clients", CoordinatedShutdown.PhaseBeforeActorSystemTerminate, _ => CloseClients.Instance);

        void AddTask(string name, string phase, Func<TimeSpan, object> request)
        {
            TimeSpan timeout = shutdown.Timeout(phase);
            TimeSpan most = DrainPhase.WorkWithin(timeout);
            TimeSpan patience = DrainPhase.AnswerWithin(timeout);
            shutdown.AddTask(
                phase,
                $"reactor-{name}",
                async () =>
                {
                    try
                    {
                        await Manager.Ask(request(most), patience);
                    }
                    catch (AskTimeoutException)
                    {
                        log.Warning(
                            "reactor-{0} did not complete within {1} s in phase {2}",
                            name,
                            patience.TotalSeconds,
                            phase
                        );
                    }

                    return Done.Instance;
                }
            );
        }
    }
}

/// <summary>Gives access to the network of an actor system.</summary>
public static class ActorSystemExtensions
{
    /// <summary>
    /// Returns the system's network. The first call starts the network, unless the configuration has started it already.
    /// </summary>
    /// <exception cref="ReactorConfigurationException">
    /// A setting under <c>akka.reactor</c> is wrong, or names an engine that cannot run here.
    /// </exception>
    public static ReactorExtension Reactor(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<ReactorExtension, ReactorExtensionProvider>();
    }
}
