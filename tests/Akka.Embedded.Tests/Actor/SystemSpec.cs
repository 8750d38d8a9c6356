using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Util;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

/// <summary>The system itself: start, extensions, guardians, termination, coordinated shutdown.</summary>
public sealed class SystemSpec : KernelSpec
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString(
        "akka.loglevel = ERROR, akka.stdout-loglevel = OFF, akka.log-dead-letters = off"
    );

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a_b")]
    public void A_system_has_a_plain_name(string name)
    {
        Assert.Throws<ArgumentException>(() => ActorSystem.Create(name, Quiet));
    }

    [Fact]
    public async Task Termination_stops_the_users_actors_then_the_systems_and_then_runs_the_callbacks()
    {
        var log = new ConcurrentQueue<string>();
        ActorSystem system = ActorSystem.Create("terminating", Quiet);
        system.ActorOf(Props.Create(() => new Stopping(log, "user")));
        ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new Stopping(log, "system")), "own");
        system.RegisterOnTermination(() => log.Enqueue("first registered"));
        system.RegisterOnTermination(() => log.Enqueue("last registered"));
        Assert.False(system.WhenTerminated.IsCompleted);
        await Within(system.Terminate());
        await Within(system.WhenTerminated);
        Assert.Equal(["user", "system", "last registered", "first registered"], log);
        Assert.Throws<InvalidOperationException>(() => system.RegisterOnTermination(() => { }));
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Create(() => new Echo())));
    }

    [Fact]
    public async Task Termination_can_be_asked_for_twice()
    {
        ActorSystem system = ActorSystem.Create("twice", Quiet);
        await Within(Task.WhenAll(system.Terminate(), system.Terminate()));
        await Within(system.Terminate());
    }

    [Fact]
    public void A_system_is_made_from_setups()
    {
        ActorSystemSetup setup = BootstrapSetup
            .Create()
            .WithConfig(ConfigurationFactory.ParseString("own.value = 5").WithFallback(Quiet))
            .And(new OwnSetup("given"));
        using ActorSystem system = ActorSystem.Create("from-setup", setup);
        Assert.Equal(5, system.Settings.Config.GetInt("own.value"));
        Assert.Equal("given", system.Settings.Setup.Get<OwnSetup>().Value.Text);
        Assert.Equal("akka://from-setup", system.ToString());
        Assert.Equal("from-setup", system.Name);
    }

    [Fact]
    public void An_extension_is_made_once()
    {
        OwnExtension[] made = new OwnExtension[8];
        Parallel.For(0, made.Length, i => made[i] = Sys.WithExtension<OwnExtension, OwnExtensionProvider>());
        Assert.Single(made.Distinct());
        Assert.Same(made[0], Sys.GetExtension<OwnExtension>());
        Assert.Same(made[0], new OwnExtensionProvider().Apply(Sys));
        Assert.True(Sys.HasExtension<OwnExtension>());
        Assert.True(Sys.TryGetExtension(out OwnExtension found));
        Assert.Same(made[0], found);
    }

    [Fact]
    public void An_extension_that_was_never_registered_is_not_there()
    {
        Assert.False(Sys.HasExtension<OwnExtension>());
        Assert.Null(Sys.GetExtension<OwnExtension>());
        Assert.False(Sys.TryGetExtension(typeof(OwnExtension), out object _));
    }

    [Fact]
    public void Extensions_named_in_the_configuration_are_loaded_at_start()
    {
        string name = typeof(OwnExtensionProvider).AssemblyQualifiedName!;
        using ActorSystem system = ActorSystem.Create(
            "loading",
            ConfigurationFactory
                .ParseString($"akka.extensions = [\"{name}\", \"No.Such.Type, Nowhere\"]")
                .WithFallback(Quiet)
        );
        Assert.True(system.HasExtension<OwnExtension>());
    }

    [Fact]
    public async Task An_application_can_have_its_own_guardian()
    {
        var started = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        var system = new ActorSystemImpl(
            "guarded",
            Quiet,
            ActorSystemSetup.Empty,
            Option<Props>.Create(Props.Create(() => new OwnGuardian(started)))
        );
        system.Start();
        IActorRef guardian = await Within(started.Task);
        Assert.Equal("akka://guarded/user", guardian.Path.ToString());
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Create(() => new Echo())));
        Assert.Equal(
            "akka://guarded/system/own",
            system.SystemActorOf(Props.Create(() => new Echo()), "own").Path.ToString()
        );
        guardian.Tell("stop");
        await Within(system.WhenTerminated);
    }

    [Fact]
    public void A_default_of_a_library_stands_below_the_users_values()
    {
        using ActorSystem system = ActorSystem.Create(
            "fallback",
            ConfigurationFactory.ParseString("lib.a = 1").WithFallback(Quiet)
        );
        system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString("lib { a = 2, b = 3 }"));
        Assert.Equal(1, system.Settings.Config.GetInt("lib.a"));
        Assert.Equal(3, system.Settings.Config.GetInt("lib.b"));
    }

    [Fact]
    public async Task Shutdown_runs_its_phases_in_order_and_the_tasks_of_one_side_by_side()
    {
        var log = new ConcurrentQueue<string>();
        ActorSystem system = ActorSystem.Create("phases", Quiet);
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
        var meeting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "later", () => Log("service-stop"));
        shutdown.AddTask(
            CoordinatedShutdown.PhaseServiceUnbind,
            "waits",
            async () =>
            {
                await meeting.Task;
                return await Log("service-unbind");
            }
        );
        shutdown.AddTask(
            CoordinatedShutdown.PhaseServiceUnbind,
            "meets",
            () =>
            {
                meeting.SetResult();
                return Task.FromResult(Done.Instance);
            }
        );
        shutdown.AddTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind,
            "fails",
            () => throw new InvalidOperationException("x")
        );
        Assert.Null(shutdown.ShutdownReason);
        await Within(system.Terminate());
        Assert.Equal(["service-unbind", "service-stop"], log);
        Assert.Same(CoordinatedShutdown.ActorSystemTerminateReason.Instance, shutdown.ShutdownReason);
        await Within(system.WhenTerminated);

        Task<Done> Log(string text)
        {
            log.Enqueue(text);
            return Task.FromResult(Done.Instance);
        }
    }

    [Fact]
    public async Task Shutdown_goes_on_after_the_timeout_of_a_phase()
    {
        ActorSystem system = ActorSystem.Create(
            "slow",
            ConfigurationFactory
                .ParseString("akka.coordinated-shutdown.phases.service-stop.timeout = 100ms")
                .WithFallback(Quiet)
        );
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
        Assert.Equal(TimeSpan.FromMilliseconds(100), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        shutdown.AddTask(
            CoordinatedShutdown.PhaseServiceStop,
            "never ends",
            () => new TaskCompletionSource<Done>().Task
        );
        await Within(shutdown.Run(CoordinatedShutdown.UnknownReason.Instance));
        Assert.Same(CoordinatedShutdown.UnknownReason.Instance, shutdown.ShutdownReason);
        await Within(system.WhenTerminated);
    }

    [Fact]
    public void A_phase_that_does_not_exist_takes_no_task()
    {
        Assert.Throws<ConfigurationException>(() =>
            CoordinatedShutdown.Get(Sys).AddTask("no-phase", "x", () => Task.FromResult(Done.Instance))
        );
    }

    private sealed class OwnSetup : Setup
    {
        public OwnSetup(string text)
        {
            Text = text;
        }

        public string Text { get; }
    }

    public sealed class OwnExtension : IExtension;

    public sealed class OwnExtensionProvider : ExtensionIdProvider<OwnExtension>
    {
        public override OwnExtension CreateExtension(ExtendedActorSystem system) => new();
    }

    private sealed class OwnGuardian : UntypedActor
    {
        private readonly TaskCompletionSource<IActorRef> _started;

        public OwnGuardian(TaskCompletionSource<IActorRef> started)
        {
            _started = started;
        }

        protected override void PreStart() => _started.SetResult(Self);

        protected override void OnReceive(object message) => Context.Stop(Self);
    }

    private sealed class Stopping : UntypedActor
    {
        private readonly ConcurrentQueue<string> _log;
        private readonly string _name;

        public Stopping(ConcurrentQueue<string> log, string name)
        {
            _log = log;
            _name = name;
        }

        protected override void OnReceive(object message) { }

        protected override void PostStop() => _log.Enqueue(_name);
    }
}
