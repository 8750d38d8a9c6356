using System;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Akka.Util;

namespace Akka.Event;

/// <summary>A logger without an actor: it writes on the thread that logs.</summary>
public abstract class MinimalLogger : MinimalActorRef
{
    public sealed override IActorRefProvider Provider =>
        throw new NotSupportedException("This logger does not provide.");

    public sealed override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/StandardOutLogger");

    protected sealed override void TellInternal(object message, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Log(message);
    }

    protected abstract void Log(object message);
}

/// <summary>Writes to the console, each level in its colour.</summary>
public class StandardOutLogger : MinimalLogger
{
    public static ConsoleColor DebugColor { get; set; } = ConsoleColor.Gray;

    public static ConsoleColor InfoColor { get; set; } = ConsoleColor.White;

    public static ConsoleColor WarningColor { get; set; } = ConsoleColor.Yellow;

    public static ConsoleColor ErrorColor { get; set; } = ConsoleColor.Red;

    public static bool UseColors { get; set; } = true;

    protected override void Log(object message)
    {
        if (message is not LogEvent logEvent)
        {
            StandardOutWriter.WriteLine(message.ToString());
            return;
        }

        ConsoleColor color = logEvent.LogLevel() switch
        {
            LogLevel.DebugLevel => DebugColor,
            LogLevel.InfoLevel => InfoColor,
            LogLevel.WarningLevel => WarningColor,
            _ => ErrorColor,
        };
        string text;
        try
        {
            text = logEvent.ToString();
        }
        catch (FormatException e)
        {
            // A template that does not fit its values must not cost the one who logged its life.
            string template = logEvent.Message is LogMessage formatted
                ? $"str=[{formatted.Format}], args=[{formatted.Unformatted()}]"
                : "";
            text = $"[ERROR][{logEvent.LogSource}] {e.Message} {template}";
        }

        StandardOutWriter.WriteLine(text, UseColors ? color : null);
    }
}

/// <summary>The logger actor of the default configuration: hands events to the console logger.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private MinimalLogger _stdoutLogger;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                _stdoutLogger = Context.System.Settings.StdoutLogger;
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Print(logEvent);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Print(LogEvent logEvent)
    {
        if (_stdoutLogger is null)
            throw new LoggerInitializationException("Logger has not been initialized yet.");
        _stdoutLogger.Tell(logEvent, ActorRefs.NoSender);
    }
}

/// <summary>The queue of a logger: what is still in it when the logger stops is printed and not lost.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics { }

internal sealed class LoggerMailboxType : MailboxType, IProducesMessageQueue<LoggerMessageQueue>
{
    public LoggerMailboxType(Settings settings, Config config)
        : base(settings, config) { }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new LoggerMessageQueue(system);
}

internal sealed class LoggerMessageQueue : IMessageQueue, ILoggerMessageQueueSemantics, IUnboundedMessageQueueSemantics
{
    private readonly UnboundedMessageQueue _queue = new();
    private readonly ActorSystem _system;

    public LoggerMessageQueue(ActorSystem system)
    {
        _system = system;
    }

    public bool HasMessages => _queue.HasMessages;

    public int Count => _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(receiver, envelope);

    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope))
            _system.Settings.StdoutLogger.Tell(envelope.Message, envelope.Sender);
    }
}
