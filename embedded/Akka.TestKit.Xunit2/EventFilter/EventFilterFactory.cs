using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// Says which log events an expectation is about. A message is given as a whole, by its start or by a part of it; a
/// source as it is logged or as an actor's path without the system's address; both without regard to case.
/// </summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testKit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterBase> _filters;

    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit.Sys) { }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, []) { }

    public EventFilterFactory(TestKitBase testkit, ActorSystem actorSystem, IReadOnlyList<EventFilterBase> filters)
    {
        _testKit = testkit;
        _system = actorSystem;
        _filters = filters;
    }

    /// <summary>Errors whose cause is such an exception; the pattern may match the error's or the exception's
    /// message.</summary>
    public IEventFilterApplier Exception<TException>(Regex pattern, string source = null)
        where TException : Exception => Exception(typeof(TException), pattern, source);

    /// <inheritdoc cref="Exception{TException}(Regex, string)"/>
    public IEventFilterApplier Exception(
        Type exceptionType,
        Regex pattern,
        string source = null,
        bool checkInnerExceptions = false
    ) =>
        Applier(
            new ErrorFilter(
                RequireException(exceptionType),
                TextMatcher.Pattern(pattern),
                TextMatcher.Source(source),
                checkInnerExceptions
            )
        );

    /// <summary>Errors whose cause is such an exception; the text may be that of the error's or of the exception's
    /// message.</summary>
    public IEventFilterApplier Exception<TException>(
        string message = null,
        string start = null,
        string contains = null,
        string source = null
    )
        where TException : Exception => Exception(typeof(TException), message, start, contains, source);

    /// <inheritdoc cref="Exception{TException}(string, string, string, string)"/>
    public IEventFilterApplier Exception(
        Type exceptionType,
        string message = null,
        string start = null,
        string contains = null,
        string source = null,
        bool checkInnerExceptions = false
    ) =>
        Applier(
            new ErrorFilter(
                RequireException(exceptionType),
                TextMatcher.Message(message, start, contains),
                TextMatcher.Source(source),
                checkInnerExceptions
            )
        );

    public IEventFilterApplier Error(
        string message = null,
        string start = null,
        string contains = null,
        string source = null
    ) =>
        Applier(
            new ErrorFilter(
                exceptionType: null,
                TextMatcher.Message(message, start, contains),
                TextMatcher.Source(source)
            )
        );

    public IEventFilterApplier Error(Regex pattern, string source = null) =>
        Applier(new ErrorFilter(exceptionType: null, TextMatcher.Pattern(pattern), TextMatcher.Source(source)));

    public IEventFilterApplier Warning(
        string message = null,
        string start = null,
        string contains = null,
        string source = null
    ) => Level<Warning>(message, start, contains, source);

    public IEventFilterApplier Warning(Regex pattern, string source = null) => Level<Warning>(pattern, source);

    public IEventFilterApplier Info(
        string message = null,
        string start = null,
        string contains = null,
        string source = null
    ) => Level<Info>(message, start, contains, source);

    public IEventFilterApplier Info(Regex pattern, string source = null) => Level<Info>(pattern, source);

    public IEventFilterApplier Debug(
        string message = null,
        string start = null,
        string contains = null,
        string source = null
    ) => Level<Debug>(message, start, contains, source);

    public IEventFilterApplier Debug(Regex pattern, string source = null) => Level<Debug>(pattern, source);

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Applier(new CustomEventFilter(predicate));

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => Custom(logEvent => logEvent is TLogEvent typed && predicate(typed));

    public IEventFilterApplier DeadLetter() => DeadLetter(_ => true, source: null);

    public IEventFilterApplier DeadLetter<TMessage>(string source = null) =>
        DeadLetter(letter => letter.Message is TMessage, source);

    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string source = null) =>
        DeadLetter(letter => letter.Message is TMessage message && isMatch(message), source);

    public IEventFilterApplier DeadLetter(Type type, string source = null) =>
        DeadLetter(letter => type.IsInstanceOfType(letter.Message), source);

    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string source = null) =>
        DeadLetter(letter => type.IsInstanceOfType(letter.Message) && isMatch(letter.Message), source);

    private static Type RequireException(Type type) =>
        type is null || type.IsAssignableTo(typeof(Exception))
            ? type
            : throw new ArgumentException($"The type must be an exception. It was: {type}", nameof(type));

    private IEventFilterApplier Level<TEvent>(string message, string start, string contains, string source)
        where TEvent : LogEvent =>
        Applier(new LevelFilter<TEvent>(TextMatcher.Message(message, start, contains), TextMatcher.Source(source)));

    private IEventFilterApplier Level<TEvent>(Regex pattern, string source)
        where TEvent : LogEvent =>
        Applier(new LevelFilter<TEvent>(TextMatcher.Pattern(pattern), TextMatcher.Source(source)));

    private IEventFilterApplier DeadLetter(Predicate<DeadLetter> predicate, string source) =>
        Applier(new DeadLetterFilter(predicate, TextMatcher.Source(source)));

    private EventFilterApplier Applier(EventFilterBase filter) => new(_testKit, _system, [.. _filters, filter]);
}
