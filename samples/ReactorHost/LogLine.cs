using System;
using System.Globalization;
using System.Text;
using Akka.Event;

namespace ReactorHost;

/// <summary>
/// The text of a log event: time, level, message. Akka's own format begins with thread and actor path, which drown what a
/// connection's line has to say. Only an error's exception takes lines of its own.
/// </summary>
internal static class LogLine
{
    /// <summary>Never fails: an event whose text cannot be made has a line that says so.</summary>
    internal static string Of(LogEvent logEvent)
    {
        try
        {
            string line = Of(logEvent.Timestamp, logEvent.LogLevel(), logEvent.Message?.ToString());
            return logEvent is Error { Cause: { } cause } ? $"{line}{Environment.NewLine}{cause}" : line;
        }
        catch (Exception failure)
        {
            // A message is made text by the types of its arguments, which may be anybody's.
            return Of(
                logEvent.Timestamp,
                LogLevel.WarningLevel,
                $"A line from {logEvent.LogSource} cannot be made text: {failure.Message}"
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
