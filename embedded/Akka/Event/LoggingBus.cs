using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;

namespace Akka.Event;

/// <summary>The event bus of the loggers, by the type of the event.</summary>
public class LoggingBus : ActorEventBus<object, Type>
{
    private static readonly LogLevel[] AllLevels = Enum.GetValues<LogLevel>();
    private static int _lastLogger;

    private readonly Lock _gate = new();
    private readonly List<IActorRef> _loggers = [];
    private readonly CancellationTokenSource _shutdown = new();

    /// <summary>What is below it is not logged.</summary>
    public LogLevel LogLevel { get; private set; }

    protected override bool IsSubClassification(Type parent, Type child) => parent.IsAssignableFrom(child);

    protected override void Publish(object @event, IActorRef subscriber) => subscriber.Tell(@event);

    protected override bool Classify(object @event, Type classifier) =>
        classifier.IsAssignableFrom(GetClassifier(@event));

    protected override Type GetClassifier(object @event) => @event.GetType();

    /// <summary>Until the loggers run, and after them, events go straight to the console.</summary>
    public void StartStdoutLogger(Settings config)
    {
        SubscribeFrom(Logging.LogLevelFor(config.StdoutLogLevel), config.StdoutLogger);
        Publish(new Debug(SimpleName(this), GetType(), "StandardOutLogger started"));
    }

    public void SetLogLevel(LogLevel logLevel)
    {
        lock (_gate)
        {
            LogLevel = logLevel;
            foreach (IActorRef logger in _loggers)
            {
                SubscribeFrom(logLevel, logger);
                foreach (LogLevel below in AllLevels.Where(level => level < logLevel))
                    Unsubscribe(logger, below.ClassFor());
            }
        }
    }

    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        string source = $"{SimpleName(this)}({system.Name})";
        Settings settings = system.Settings;
        LogLevel = Logging.LogLevelFor(settings.LogLevel);

        bool keepStdout = false;
        var starting = new List<(Task Started, string Name)>();
        foreach (string typeName in settings.Loggers)
        {
            Type type =
                Type.GetType(typeName)
                ?? throw new ConfigurationException($"Logger specified in config cannot be found: \"{typeName}\"");
            if (typeof(MinimalLogger).IsAssignableFrom(type))
                keepStdout = true;
            else
                starting.Add(StartLogger(system, type, source));
        }

        if (!Task.WaitAll(starting.Select(s => s.Started).ToArray(), settings.LoggerStartTimeout))
        {
            foreach ((Task started, string name) in starting.Where(s => !s.Started.IsCompleted))
                Publish(
                    new Warning(
                        source,
                        GetType(),
                        $"Logger {name} did not respond within {settings.LoggerStartTimeout} to InitializeLogger(bus), "
                            + "LoggingBus will try and wait until it is ready. Since it start up is delayed, "
                            + "this logger may not capture all startup events correctly."
                    )
                );
        }

        if (settings.DebugUnhandledMessage)
            Subscribe(
                system.SystemActorOf(Props.Create<UnhandledMessageForwarder>(), "UnhandledMessageForwarder"),
                typeof(UnhandledMessage)
            );
        if (!keepStdout)
        {
            Publish(new Debug(source, GetType(), $"{Logging.SimpleName(settings.StdoutLogger)} being removed"));
            Unsubscribe(settings.StdoutLogger);
        }

        Publish(new Debug(source, GetType(), "Default Loggers started"));
    }

    internal void StopDefaultLoggers(ActorSystem system)
    {
        SubscribeFrom(Logging.LogLevelFor(system.Settings.StdoutLogLevel), system.Settings.StdoutLogger);
        _shutdown.Cancel();
        lock (_gate)
        {
            foreach (IActorRef logger in _loggers)
                Remove(logger);
        }

        Publish(new Debug(SimpleName(this), GetType(), "All default loggers stopped"));
    }

    private (Task Started, string Name) StartLogger(ActorSystemImpl system, Type type, string source)
    {
        string name = $"log{Interlocked.Increment(ref _lastLogger)}-{SimpleName(type)}";
        IActorRef logger = system.SystemActorOf(
            Props.Create(type).WithDispatcher(system.Settings.LoggersDispatcher),
            name
        );
        return (Initialize(), $"{name} [{type.FullName}]");

        async Task Initialize()
        {
            object answer;
            try
            {
                answer = await logger
                    .Ask(new InitializeLogger(this), Timeout.InfiniteTimeSpan, _shutdown.Token)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Publish(
                    new Warning(
                        source,
                        GetType(),
                        $"Logger {name} startup have been cancelled because of system shutdown. Stopping logger."
                    )
                );
                Remove(logger);
                return;
            }

            if (answer is not LoggerInitialized)
            {
                Publish(
                    new Error(
                        null,
                        source,
                        GetType(),
                        $"Logger {name} did not respond with LoggerInitialized, sent instead {answer.GetType()}. Stopping logger."
                    )
                );
                Remove(logger);
                return;
            }

            lock (_gate)
            {
                _loggers.Add(logger);
                SubscribeFrom(LogLevel, logger);
            }

            Publish(new Debug(source, GetType(), $"Logger {name} [{type.FullName}] started"));
        }
    }

    private void Remove(IActorRef logger)
    {
        Unsubscribe(logger);
        ((IInternalActorRef)logger).Stop();
    }

    private void SubscribeFrom(LogLevel logLevel, IActorRef logger)
    {
        foreach (LogLevel level in AllLevels.Where(level => level >= logLevel))
            Subscribe(logger, level.ClassFor());
    }

    /// <summary>Turns unhandled messages into debug events (<c>akka.actor.debug.unhandled</c>).</summary>
    private sealed class UnhandledMessageForwarder : ActorBase
    {
        protected override bool Receive(object message)
        {
            if (message is not UnhandledMessage unhandled)
                return false;
            string sender = unhandled.Sender is null ? "NoSender" : unhandled.Sender.Path.ToString();
            Context.System.EventStream.Publish(
                new Debug(
                    unhandled.Recipient.Path.ToString(),
                    unhandled.Recipient.GetType(),
                    $"Unhandled message from {sender} : {unhandled.Message}"
                )
            );
            return true;
        }
    }
}

/// <summary>Told to every logger when it is to start; answered with <see cref="LoggerInitialized"/>.</summary>
public class InitializeLogger : INoSerializationVerificationNeeded
{
    public InitializeLogger(LoggingBus loggingBus)
    {
        LoggingBus = loggingBus;
    }

    public LoggingBus LoggingBus { get; }
}

/// <summary>A logger is ready.</summary>
public class LoggerInitialized : INoSerializationVerificationNeeded, IDeadLetterSuppression { }
