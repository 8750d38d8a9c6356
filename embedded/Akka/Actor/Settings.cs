using System;
using System.Collections.Generic;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The configuration of a system, and its values that the kernel itself uses.</summary>
public class Settings
{
    private readonly Config _userConfig;
    private Config _fallbackConfig;

    public Settings(ActorSystem system, Config config)
        : this(system, config, ActorSystemSetup.Empty) { }

    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        Setup = setup;
        _userConfig = config;
        _fallbackConfig = ConfigurationFactory.Default();
        Config = _userConfig.WithFallback(_fallbackConfig);
        System = system;

        ConfigVersion = Config.GetString("akka.version", null);
        ProviderClass = Config.GetString("akka.actor.provider", null);
        // There is no other provider in this subset; another name is a mistake that must not pass unseen.
        if (
            !string.Equals(ProviderClass, "local", StringComparison.Ordinal)
            && Type.GetType(ProviderClass ?? "") is null
        )
            throw new ConfigurationException($"'akka.actor.provider' is not a valid type name : '{ProviderClass}'");
        SupervisorStrategyClass = Config.GetString("akka.actor.guardian-supervisor-strategy", null);
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", null, allowInfinite: true);
        CreationTimeout = Config.GetTimeSpan("akka.actor.creation-timeout", null);

        LogLevel = Config.GetString("akka.loglevel", null);
        StdoutLogLevel = Config.GetString("akka.stdout-loglevel", null);
        StdoutLogger =
            Make<MinimalLogger>(Config.GetString("akka.stdout-logger-class", null)) ?? new StandardOutLogger();
        Loggers = Config.GetStringList("akka.loggers", []);
        LoggersDispatcher = Config.GetString("akka.loggers-dispatcher", null);
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout", null);
        LoggerAsyncStart = Config.GetBoolean("akka.logger-async-start", false);
        string formatter = Config.GetString("akka.logger-formatter", null);
        LogFormatter =
            formatter?.StartsWith(typeof(DefaultLogMessageFormatter).FullName, StringComparison.Ordinal) == true
                ? DefaultLogMessageFormatter.Instance
                : Make<ILogMessageFormatter>(formatter) ?? DefaultLogMessageFormatter.Instance;
        LogConfigOnStart = Config.GetBoolean("akka.log-config-on-start", false);
        LogDeadLetters = Config.GetString("akka.log-dead-letters", null) switch
        {
            "on" or "true" or "yes" => int.MaxValue,
            "off" or "false" or "no" => 0,
            _ => Config.GetInt("akka.log-dead-letters", 0),
        };
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown", false);
        LogDeadLettersSuspendDuration = Config.GetTimeSpan("akka.log-dead-letters-suspend-duration", null);

        AddLoggingReceive = Config.GetBoolean("akka.actor.debug.receive", false);
        DebugAutoReceive = Config.GetBoolean("akka.actor.debug.autoreceive", false);
        DebugLifecycle = Config.GetBoolean("akka.actor.debug.lifecycle", false);
        DebugEventStream = Config.GetBoolean("akka.actor.debug.event-stream", false);
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled", false);

        Home = Config.GetString("akka.home", "");
        SchedulerClass = Config.GetString("akka.scheduler.implementation", null);
        SchedulerShutdownTimeout = Config.GetTimeSpan("akka.scheduler.shutdown-timeout", null);
        CoordinatedShutdownTerminateActorSystem = Config.GetBoolean(
            "akka.coordinated-shutdown.terminate-actor-system",
            false
        );
        CoordinatedShutdownRunByActorSystemTerminate = Config.GetBoolean(
            "akka.coordinated-shutdown.run-by-actor-system-terminate",
            false
        );
        if (CoordinatedShutdownRunByActorSystemTerminate && !CoordinatedShutdownTerminateActorSystem)
            throw new ConfigurationException(
                "akka.coordinated-shutdown.run-by-actor-system-terminate=on and "
                    + "akka.coordinated-shutdown.terminate-actor-system=off is not a supported configuration combination."
            );
    }

    public ActorSystem System { get; }

    public Config Config { get; private set; }

    public ActorSystemSetup Setup { get; }

    public string ConfigVersion { get; }

    public string ProviderClass { get; }

    public string SupervisorStrategyClass { get; }

    public TimeSpan AskTimeout { get; }

    public TimeSpan CreationTimeout { get; }

    public string LogLevel { get; }

    public string StdoutLogLevel { get; }

    public MinimalLogger StdoutLogger { get; }

    public IList<string> Loggers { get; }

    public string LoggersDispatcher { get; }

    public TimeSpan LoggerStartTimeout { get; }

    public bool LoggerAsyncStart { get; }

    public ILogMessageFormatter LogFormatter { get; }

    public bool LogConfigOnStart { get; }

    public int LogDeadLetters { get; }

    public bool LogDeadLettersDuringShutdown { get; }

    public TimeSpan LogDeadLettersSuspendDuration { get; }

    public bool AddLoggingReceive { get; }

    public bool DebugAutoReceive { get; }

    public bool DebugLifecycle { get; }

    public bool DebugEventStream { get; }

    public bool DebugUnhandledMessage { get; }

    public string Home { get; }

    public string SchedulerClass { get; }

    public TimeSpan SchedulerShutdownTimeout { get; }

    public bool CoordinatedShutdownTerminateActorSystem { get; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Adds the defaults of a library that is loaded later; the user's values stay above them.</summary>
    public void InjectTopLevelFallback(Config config)
    {
        _fallbackConfig = config.WithFallback(_fallbackConfig);
        Config = _userConfig.WithFallback(_fallbackConfig);
        System?.Dispatchers?.ReloadPrerequisites(
            new DefaultDispatcherPrerequisites(System.EventStream, System.Scheduler, this, System.Mailboxes)
        );
    }

    public override string ToString() => Config.Root.ToString();

    private static T Make<T>(string typeName)
        where T : class
    {
        if (string.IsNullOrWhiteSpace(typeName))
            return null;
        Type type =
            Type.GetType(typeName)
            ?? throw new ArgumentException($"Could not load type of {typeName} for {typeof(T).Name}.");
        if (!typeof(T).IsAssignableFrom(type))
            throw new ArgumentException($"{typeName} must be a {typeof(T).Name}.");
        return (T)Activator.CreateInstance(type);
    }
}
