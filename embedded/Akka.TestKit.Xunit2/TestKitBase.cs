using System;
using System.Reflection;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>
/// A test with an actor system and a test actor of its own. Messages told to the test actor wait in a queue for the
/// expectations; unless the test is an <see cref="INoImplicitSender"/>, the test actor is also the sender of what the
/// test tells. Used by one test at a time, not thread-safe.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestShutdown = TimeSpan.FromSeconds(10);
    private static int s_testActors;

    private readonly ITestKitAssertions _assertions;
    private Channel<MessageEnvelope> _queue;
    private MessageEnvelope _lastMessage;

    // Set inside Within: when it has to be over.
    private TimeSpan? _end;

    // An expectation that waits for silence uses its time up; Within then does not complain of the time it took.
    private bool _lastWasNoMsg;

    static TestKitBase()
    {
        // Configurations name types of the real Akka.TestKit assembly, which is part of this one here.
        AppDomain.CurrentDomain.AssemblyResolve += static (_, request) =>
            new AssemblyName(request.Name).Name is "Akka.TestKit" ? typeof(TestKitBase).Assembly : null;
    }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem system = null, string testActorName = null)
        : this(assertions, system, SetupFor(DefaultConfig), actorSystemName: null, testActorName) { }

    protected TestKitBase(
        ITestKitAssertions assertions,
        ActorSystemSetup setup,
        string actorSystemName = null,
        string testActorName = null
    )
        : this(assertions, system: null, setup, actorSystemName, testActorName) { }

    protected TestKitBase(
        ITestKitAssertions assertions,
        Config config,
        string actorSystemName = null,
        string testActorName = null
    )
        : this(assertions, system: null, SetupFor(config), actorSystemName, testActorName) { }

    protected TestKitBase(
        ITestKitAssertions assertions,
        ActorSystem system,
        ActorSystemSetup config,
        string actorSystemName,
        string testActorName
    )
    {
        _assertions =
            assertions
            ?? throw new ArgumentNullException(nameof(assertions), "The supplied assertions must not be null.");
        InitializeTest(system, config, actorSystemName, testActorName);
    }

    /// <summary>The section akka.test with its defaults, and the logger the event filters need.</summary>
    public static Config DefaultConfig { get; } =
        ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.Internal.Reference.conf");

    /// <summary>Logs everything there is to log.</summary>
    public static Config FullDebugConfig { get; } =
        ConfigurationFactory.ParseString(
            """
            akka {
              loglevel = DEBUG
              stdout-loglevel = DEBUG
              log-dead-letters = true
              log-dead-letters-during-shutdown = true
              actor.debug {
                receive = true
                autoreceive = true
                lifecycle = true
                event-stream = true
                unhandled = true
                fsm = true
                router-misconfiguration = true
              }
            }
            """
        );

    internal ITestKitAssertions TestAssertions => _assertions;

    public static TimeSpan Now => TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    public ActorSystem Sys { get; private set; }

    public TestKitSettings TestKitSettings { get; private set; }

    public IActorRef TestActor { get; private set; }

    public ILoggingAdapter Log { get; private set; }

    /// <summary>Starts an expectation about what is logged.</summary>
    public EventFilterFactory EventFilter { get; private set; }

    /// <summary>Who sent the last message; throws when nothing was received.</summary>
    public IActorRef LastSender => _lastMessage.Sender;

    /// <summary>The last message; throws when nothing was received.</summary>
    public object LastMessage => _lastMessage.Message;

    /// <summary>Whether a message waits in the queue.</summary>
    public bool HasMessages => _queue.Reader.Count > 0;

    /// <summary>What is left of the enclosing Within.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeSpan Remaining =>
        _end is null
            ? throw new InvalidOperationException("Remaining may not be called outside of \"within\"")
            : RemainingOr(default);

    /// <summary>What is left of the enclosing Within, or the dilated default of a single expectation.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>Drops matching messages before they reach the queue.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        TestActor.Tell(new TestActor.SetIgnore(message => shouldIgnoreMessage(message)));

    /// <summary>Drops matching messages of one type before they reach the queue.</summary>
    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        TestActor.Tell(new TestActor.SetIgnore(message => message is TMsg typed && shouldIgnoreMessage(typed)));

    /// <summary>Drops messages of one type before they reach the queue.</summary>
    public void IgnoreMessages<TMsg>() => IgnoreMessages<TMsg>(_ => true);

    public void IgnoreNoMessages() => TestActor.Tell(new TestActor.SetIgnore(ignore: null));

    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new TestActor.SetAutoPilot(pilot));

    /// <summary>Watches the actor from the test actor; the watch is in place on return.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        WatchAsync(actorToWatch).Wait(RemainingOrDefault);
        return actorToWatch;
    }

    /// <inheritdoc cref="Watch"/>
    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        await TestActor.Ask(new TestActor.Watch(actorToWatch), RemainingOrDefault);
        return actorToWatch;
    }

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        UnwatchAsync(actorToUnwatch).Wait(RemainingOrDefault);
        return actorToUnwatch;
    }

    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        await TestActor.Ask(new TestActor.Unwatch(actorToUnwatch), RemainingOrDefault);
        return actorToUnwatch;
    }

    /// <summary>The duration, dilated, or without one what <see cref="RemainingOrDefault"/> says.</summary>
    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (duration is not { } given)
            return RemainingOrDefault;
        if (given < TimeSpan.Zero)
            throw new ArgumentException("Must be positive TimeSpan", nameof(duration));
        return Dilated(given);
    }

    /// <summary>The duration multiplied by akka.test.timefactor.</summary>
    public TimeSpan Dilated(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
            throw new ArgumentException("Must not be negative", nameof(duration));
        return new TimeSpan((long)(duration.Ticks * TestKitSettings.TestTimeFactor));
    }

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? TestKitSettings.SingleExpectDefault;

    /// <summary>Terminates the system of this test and waits for it.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    /// <summary>A test actor of the given name, whose messages arrive in this test's queue as well.</summary>
    public IActorRef CreateTestActor(string name) =>
        ((ExtendedActorSystem)Sys).SystemActorOf(
            Props.Create(() => new InternalTestActor(_queue.Writer)).WithDispatcher("akka.test.test-actor.dispatcher"),
            name
        );

    /// <summary>A further test actor with a queue and expectations of its own.</summary>
    public virtual TestProbe CreateTestProbe(string name = null) => CreateTestProbe(Sys, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string name = null) => new(system, _assertions, name);

    public virtual TestLatch CreateTestLatch(int count = 1) => new(this, count);

    public TestBarrier CreateTestBarrier(int count) => new(this, count);

    protected virtual void InitializeTest(
        ActorSystem system,
        ActorSystemSetup config,
        string actorSystemName,
        string testActorName
    )
    {
        if (system is null)
            system = ActorSystem.Create(actorSystemName ?? "test", WithDefaults(config));
        else
            system.Settings.InjectTopLevelFallback(DefaultConfig);
        system.RegisterExtension(new TestKitExtension());
        system.Dispatchers.RegisterConfigurator(
            CallingThreadDispatcher.Id,
            new CallingThreadDispatcherConfigurator(system.Settings.Config, system.Dispatchers.Prerequisites)
        );

        Sys = system;
        TestKitSettings = TestKitExtension.For(system);
        Log = Logging.GetLogger(system, GetType());
        EventFilter = new EventFilterFactory(this);
        _queue = Channel.CreateUnbounded<MessageEnvelope>();
        _lastMessage = NullMessageEnvelope.Instance;

        string name = string.IsNullOrEmpty(testActorName)
            ? $"testActor{Interlocked.Increment(ref s_testActors)}"
            : testActorName;
        TestActor = CreateTestActor(name);
        if (!SpinWait.SpinUntil(() => TestActor is not IRepointableRef { IsStarted: false }, s_startTimeout))
            throw new TimeoutException("Timeout waiting for test actor to be ready");

        SetImplicitSender();
    }

    protected void InitializeTest(ActorSystem system, Config config, string actorSystemName, string testActorName) =>
        InitializeTest(system, SetupFor(config), actorSystemName, testActorName);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        system ??= Sys;
        TimeSpan limit = duration ?? Durations.Min(Dilated(TimeSpan.FromSeconds(5)), s_longestShutdown);
        if (system.Terminate().Wait(limit))
            return;

        ((ExtendedActorSystem)system).Guardian.Stop();
        string failure = $"Failed to stop [{system.Name}] within [{limit}]. ActorSystem is being forcefully shut down.";
        if (verifySystemShutdown)
            throw new TimeoutException(failure);
        system.Log.Warning(failure);
    }

    protected TimeSpan RemainingOr(TimeSpan duration)
    {
        if (_end is not { } end)
            return duration;

        TimeSpan remaining = end - Now;
        return remaining < TimeSpan.Zero ? TimeSpan.Zero : remaining;
    }

    private static ActorSystemSetup SetupFor(Config config) =>
        ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));

    private static ActorSystemSetup WithDefaults(ActorSystemSetup setup)
    {
        Option<BootstrapSetup> given = setup.Get<BootstrapSetup>();
        BootstrapSetup bootstrap = given.HasValue ? given.Value : BootstrapSetup.Create();
        Config config = bootstrap.Config.HasValue ? bootstrap.Config.Value : DefaultConfig;
        return setup.WithSetup(
            bootstrap.WithConfig(ReferenceEquals(config, DefaultConfig) ? config : config.WithFallback(DefaultConfig))
        );
    }

    private void SetImplicitSender()
    {
        // A probe is made in the middle of a test: it must leave the test's sender alone.
        if (this is not INoImplicitSender)
            InternalCurrentActorCellKeeper.Current = (ActorCell)((ActorRefWithCell)TestActor).Underlying;
        else if (this is not TestProbe)
            InternalCurrentActorCellKeeper.Current = null;

        SynchronizationContext.SetSynchronizationContext(
            new ActorCellKeepingSynchronizationContext(InternalCurrentActorCellKeeper.Current)
        );
    }
}
