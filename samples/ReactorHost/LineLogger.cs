using System;
using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace ReactorHost;

/// <summary>
/// Logs to standard output, a line for each event: time, level, message. Akka's own format begins with thread and actor
/// path, which drown what a connection's line has to say. Only an error's exception takes lines of its own.
/// </summary>
internal sealed class LineLogger : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case LogEvent logEvent:
                Console.Out.WriteLine(Format(logEvent));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static string Format(LogEvent logEvent)
    {
        string level = logEvent.LogLevel() switch
        {
            LogLevel.DebugLevel => "DEBUG",
            LogLevel.InfoLevel => "INFO ",
            LogLevel.WarningLevel => "WARN ",
            _ => "ERROR",
        };
        StringBuilder line = new();
        line.Append(logEvent.Timestamp.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture))
            .Append(' ')
            .Append(level)
            .Append(' ')
            .Append(OneLine(logEvent.Message?.ToString()));
        if (logEvent is Error { Cause: { } cause })
        {
            line.AppendLine().Append(cause);
        }

        return line.ToString();
    }

    // A peer decides part of some messages; it must not be able to write lines of its own.
    private static string OneLine(string? text)
    {
        StringBuilder line = new(text ?? "");
        for (int index = 0; index < line.Length; index++)
        {
            if (char.IsControl(line[index]))
            {
                line[index] = ' ';
            }
        }

        return line.ToString();
    }
}
