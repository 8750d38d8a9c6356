using System;
using System.Globalization;
using System.Text;
using Akka.Event;

namespace ReactorHost;

/// <summary>
/// Makes the text of a log event: time, level, message. Akka's own format begins with the thread and the actor path, which
/// hide the content of a connection's line. Only the exception of an error takes further lines.
/// </summary>
internal static class LogLine
{
    /// <summary>
    /// Returns the line of an event. Never fails: if the text of the event cannot be made, the line reports the failure.
    /// </summary>
    internal static string Of(LogEvent logEvent)
    {
        try
        {
            string line = Of(logEvent.Timestamp, logEvent.LogLevel(), logEvent.Message?.ToString());
            return logEvent is Error { Cause: { } cause } ? $"{line}{Environment.NewLine}{cause}" : line;
        }
        catch (Exception failure)
        {
            // The arguments of a message make their own text, and their types can come from any code.
            return Of(
                logEvent.Timestamp,
                LogLevel.WarningLevel,
                $"A line from {logEvent.LogSource} cannot be formatted: {failure.Message}"
            );
        }
    }

    internal static string Of(DateTime time, LogLevel level, string? text)
    {
        string name = level switch
        {
            LogLevel.DebugLevel => "DEBUG",
            LogLevel.InfoLevel => "INFO ",
            LogLevel.WarningLevel => "WARN ",
            _ => "ERROR",
        };
        string clock = time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        return $"{clock} {name} {OneLine(text)}";
    }

    // Parts of some messages come from a peer, which must not be able to write additional lines.
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
