using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Finds or makes the <see cref="CoordinatedShutdown"/> of a system.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new(system);
}

/// <summary>
/// Shuts a system down in phases. The tasks of a phase run side by side; the next phase starts when all are done or
/// the phase's timeout is over. It runs once: on termination of the system, on exit of the process, or when asked.
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ShutdownPhase> _phases;
    private readonly List<string> _order;
    private readonly Dictionary<string, List<(string Name, Func<Task<Done>> Task)>> _tasks = new(
        StringComparer.Ordinal
    );
    private readonly TaskCompletionSource<Done> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILoggingAdapter _log;
    private Reason _reason;
    private volatile bool _processIsExiting;

    internal CoordinatedShutdown(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, GetType());
        Config config = system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        _phases = ShutdownPhase.AllFrom(config);
        _order = ShutdownPhase.InOrder(_phases);
        bool exitClr = config.GetBoolean("exit-clr", false);
        if (system.Settings.CoordinatedShutdownTerminateActorSystem || exitClr)
            AddTask(PhaseActorSystemTerminate, "terminate-system", () => TerminateSystem(exitClr));
        if (config.GetBoolean("run-by-clr-shutdown-hook", false))
            RunOnProcessExit();
    }

    public ExtendedActorSystem System { get; }

    /// <summary>Why it was started; null as long as it was not.</summary>
    public Reason ShutdownReason => Volatile.Read(ref _reason);

    /// <summary>The timeouts of all phases with tasks.</summary>
    public TimeSpan TotalTimeout
    {
        get
        {
            lock (_gate)
                return _tasks.Keys.Aggregate(TimeSpan.Zero, (sum, phase) => sum + Timeout(phase));
        }
    }

    public static CoordinatedShutdown Get(ActorSystem sys) =>
        sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        if (!_order.Contains(phase, StringComparer.Ordinal))
            throw new ConfigurationException(
                $"Unknown phase [{phase}], known phases [{string.Join(',', _order)}]. "
                    + "All phases (along with their optional dependencies) must be defined in configuration."
            );
        lock (_gate)
        {
            if (!_tasks.TryGetValue(phase, out var tasks))
                _tasks[phase] = tasks = [];
            tasks.Add((taskName, task));
        }
    }

    public Task<Done> Run(Reason reason, string fromPhase = null)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
            _ = RunPhases(fromPhase);
        return _done.Task;
    }

    public TimeSpan Timeout(string phase) =>
        _phases.TryGetValue(phase, out ShutdownPhase known)
            ? known.Timeout
            : throw new ArgumentException(
                $"Unknown phase [{phase}]. All phases must be defined in configuration.",
                nameof(phase)
            );

    private async Task RunPhases(string fromPhase)
    {
        try
        {
            IEnumerable<string> phases = fromPhase is null
                ? _order
                : _order.SkipWhile(phase => !string.Equals(phase, fromPhase, StringComparison.Ordinal));
            foreach (string phase in phases)
                await RunPhase(phase).ConfigureAwait(false);
            _done.SetResult(Done.Instance);
        }
        catch (Exception e)
        {
            _done.SetException(e);
        }
    }

    private async Task RunPhase(string phase)
    {
        (string Name, Func<Task<Done>> Task)[] tasks;
        lock (_gate)
            tasks = _tasks.TryGetValue(phase, out var known) ? known.ToArray() : [];
        _log.Debug("Performing phase [{0}] with [{1}] tasks.", phase, tasks.Length);
        if (tasks.Length == 0)
            return;

        // A phase that is only named as a dependency has no settings of its own.
        ShutdownPhase settings = _phases[phase];
        Task all = Task.WhenAll(tasks.Select(task => RunTask(phase, task.Name, task.Task, settings.Recover)));
        try
        {
            await all.WaitAsync(settings.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException e) when (!all.IsCompleted)
        {
            if (!settings.Recover)
                throw new TimeoutException(
                    $"Coordinated shutdown phase[{phase}] timed out after {settings.Timeout}",
                    e
                );
            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase, settings.Timeout);
        }
    }

    private async Task RunTask(string phase, string name, Func<Task<Done>> task, bool recover)
    {
        try
        {
            await task().ConfigureAwait(false);
        }
        catch (Exception e) when (recover)
        {
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phase, e.Message);
        }
    }

    private async Task<Done> TerminateSystem(bool exitClr)
    {
        if (exitClr)
            _ = ExitWhenTerminated(Timeout(PhaseActorSystemTerminate));
        if (System.Settings.CoordinatedShutdownTerminateActorSystem)
            await System.FinalTerminate().ConfigureAwait(false);
        return Done.Instance;
    }

    private async Task ExitWhenTerminated(TimeSpan limit)
    {
        if (System.Settings.CoordinatedShutdownTerminateActorSystem)
            await Task.WhenAny(System.WhenTerminated, Task.Delay(limit)).ConfigureAwait(false);
        // From inside the exit handler a second exit would wait for the first for ever.
        if (!_processIsExiting)
            Environment.Exit(0);
    }

    private void RunOnProcessExit()
    {
        EventHandler onExit = (_, _) =>
        {
            _processIsExiting = true;
            if (System.WhenTerminated.IsCompleted)
                return;
            _log.Info("Starting coordinated shutdown from CLR termination hook.");
            try
            {
                Run(ClrExitReason.Instance).Wait(TotalTimeout);
            }
            catch (Exception e)
            {
                _log.Warning("CoordinatedShutdown from CLR shutdown failed: {0}", e.Message);
            }
        };
        AppDomain.CurrentDomain.ProcessExit += onExit;
        System.WhenTerminated.ContinueWith(
            _ => AppDomain.CurrentDomain.ProcessExit -= onExit,
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default
        );
    }

    /// <summary>Why a system is shut down; applications may have reasons of their own.</summary>
    public class Reason
    {
        protected Reason() { }
    }

    /// <summary>Nobody said why.</summary>
    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason() { }
    }

    /// <summary><see cref="ActorSystem.Terminate"/> was called.</summary>
    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason() { }
    }

    /// <summary>The process ends.</summary>
    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason() { }
    }
}

/// <summary>The settings of one phase.</summary>
internal sealed record ShutdownPhase(IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recover)
{
    public static Dictionary<string, ShutdownPhase> AllFrom(Config config)
    {
        Config defaults = ConfigurationFactory.ParseString(
            $"timeout = {config.GetString("default-phase-timeout", null)}, recover = true, depends-on = []"
        );
        var phases = new Dictionary<string, ShutdownPhase>(StringComparer.Ordinal);
        Config all = config.GetConfig("phases");
        foreach (KeyValuePair<string, HoconValue> item in all.AsEnumerable())
        {
            Config phase = all.GetConfig(item.Key).WithFallback(defaults);
            phases[item.Key] = new ShutdownPhase(
                phase.GetStringList("depends-on").ToArray(),
                phase.GetTimeSpan("timeout", null, allowInfinite: false),
                phase.GetBoolean("recover", false)
            );
        }

        return phases;
    }

    /// <summary>Each phase after those it depends on.</summary>
    public static List<string> InOrder(Dictionary<string, ShutdownPhase> phases)
    {
        var order = new List<string>();
        var path = new HashSet<string>(StringComparer.Ordinal);
        foreach (string phase in phases.Keys)
            Visit(phase);
        return order;

        void Visit(string phase)
        {
            if (order.Contains(phase, StringComparer.Ordinal))
                return;
            if (!path.Add(phase))
                throw new ArgumentException(
                    $"Cycle detected in graph of phases. It must be a DAG. phase [{phase}] depends transitively on itself.",
                    nameof(phases)
                );
            foreach (string dependency in phases.TryGetValue(phase, out ShutdownPhase known) ? known.DependsOn : [])
                Visit(dependency);
            path.Remove(phase);
            order.Add(phase);
        }
    }
}
