using System;
using Akka.Actor;

namespace Akka.Event;

/// <summary>The class of events whose source is a mere string.</summary>
public class DummyClassForStringSources { }

/// <summary>What an event says about where it comes from.</summary>
public readonly struct LogSource
{
    private LogSource(string source, Type type)
    {
        Source = source;
        Type = type;
    }

    public string Source { get; }

    public Type Type { get; }

    public static LogSource Create(string source, Type t) => new(source, t);

    public static LogSource Create(object o) =>
        o switch
        {
            IActorContext context => new LogSource(context.Self.Path.ToString(), SourceType(o)),
            IActorRef actor => new LogSource(actor.Path.ToString(), SourceType(o)),
            string text => new LogSource(text, SourceType(o)),
            Type type => new LogSource(Logging.SimpleName(type), type),
            _ => new LogSource(Logging.SimpleName(o), SourceType(o)),
        };

    public static LogSource Create(object o, ActorSystem system) =>
        o switch
        {
            IActorContext context => new LogSource(FromActor(context, system), SourceType(o)),
            IActorRef actor => new LogSource(FromActorRef(actor, system), SourceType(o)),
            string text => new LogSource(FromString(text, system), SourceType(o)),
            Type type => new LogSource(FromType(type, system), type),
            LogSource source => source,
            _ => new LogSource(FromType(o.GetType(), system), SourceType(o)),
        };

    public static Type SourceType(object o) =>
        o switch
        {
            Type type => type,
            IActorContext context => context.Props.Type,
            string => typeof(DummyClassForStringSources),
            _ => o.GetType(),
        };

    public static string FromType(Type t, ActorSystem system) => $"{Logging.SimpleName(t)} ({system})";

    public static string FromString(string source, ActorSystem system) => $"{source} ({system})";

    public static string FromActor(IActorContext actor, ActorSystem system) => FromActorRef(actor.Self, system);

    public static string FromActorRef(IActorRef a, ActorSystem system) =>
        a.Path.ToStringWithAddress(((ExtendedActorSystem)system).Provider.DefaultAddress);
}

/// <summary>Makes logging adapters.</summary>
public static class Logging
{
    public static string SimpleName(object o) => SimpleName(o.GetType());

    public static string SimpleName(Type t) => t.Name;

    public static Type ClassFor(this LogLevel logLevel) =>
        logLevel switch
        {
            LogLevel.DebugLevel => typeof(Debug),
            LogLevel.InfoLevel => typeof(Info),
            LogLevel.WarningLevel => typeof(Warning),
            LogLevel.ErrorLevel => typeof(Error),
            _ => throw new ArgumentException("Unknown LogLevel", nameof(logLevel)),
        };

    public static string StringFor(this LogLevel logLevel) =>
        logLevel switch
        {
            LogLevel.DebugLevel => "DEBUG",
            LogLevel.InfoLevel => "INFO",
            LogLevel.WarningLevel => "WARNING",
            LogLevel.ErrorLevel => "ERROR",
            _ => throw new ArgumentException("Unknown LogLevel", nameof(logLevel)),
        };

    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter logMessageFormatter = null)
    {
        LogSource source = LogSource.Create(context, context.System);
        return new BusLogging(
            context.System.EventStream,
            source.Source,
            source.Type,
            logMessageFormatter ?? context.System.Settings.LogFormatter
        );
    }

    public static ILoggingAdapter GetLogger(
        ActorSystem system,
        object logSourceObj,
        ILogMessageFormatter logMessageFormatter = null
    )
    {
        LogSource source = LogSource.Create(logSourceObj, system);
        return new BusLogging(
            system.EventStream,
            source.Source,
            source.Type,
            logMessageFormatter ?? system.Settings.LogFormatter
        );
    }

    public static ILoggingAdapter GetLogger(
        LoggingBus loggingBus,
        object logSourceObj,
        ILogMessageFormatter logMessageFormatter = null
    )
    {
        LogSource source = LogSource.Create(logSourceObj);
        return new BusLogging(
            loggingBus,
            source.Source,
            source.Type,
            logMessageFormatter ?? DefaultLogMessageFormatter.Instance
        );
    }

    public static LogLevel LogLevelFor(string logLevel)
    {
        ArgumentException.ThrowIfNullOrEmpty(logLevel);
        return logLevel.ToUpperInvariant() switch
        {
            "DEBUG" => LogLevel.DebugLevel,
            "INFO" => LogLevel.InfoLevel,
            "WARNING" => LogLevel.WarningLevel,
            "ERROR" => LogLevel.ErrorLevel,
            // One above all there are.
            "OFF" => LogLevel.ErrorLevel + 1,
            _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\".", nameof(logLevel)),
        };
    }

    public static LogLevel LogLevelFor<T>()
        where T : LogEvent
    {
        if (typeof(T) == typeof(Debug))
            return LogLevel.DebugLevel;
        if (typeof(T) == typeof(Info))
            return LogLevel.InfoLevel;
        if (typeof(T) == typeof(Warning))
            return LogLevel.WarningLevel;
        if (typeof(T) == typeof(Error))
            return LogLevel.ErrorLevel;
        throw new ArgumentException($"Unknown LogEvent type {typeof(T).FullName}", nameof(T));
    }
}
