using System;
using System.Threading;

namespace Akka.Util;

/// <summary>Writes whole lines to the console from many threads without mixing them or their colours.</summary>
public static class StandardOutWriter
{
    private static readonly Lock Gate = new();

    public static void Write(
        string message,
        ConsoleColor? foregroundColor = null,
        ConsoleColor? backgroundColor = null
    ) => Put(message, foregroundColor, backgroundColor, newLine: false);

    public static void WriteLine(
        string message,
        ConsoleColor? foregroundColor = null,
        ConsoleColor? backgroundColor = null
    ) => Put(message, foregroundColor, backgroundColor, newLine: true);

    private static void Put(string message, ConsoleColor? foreground, ConsoleColor? background, bool newLine)
    {
        lock (Gate)
        {
            ConsoleColor formerForeground = Console.ForegroundColor;
            ConsoleColor formerBackground = Console.BackgroundColor;
            if (foreground is { } front)
                Console.ForegroundColor = front;
            if (background is { } back)
                Console.BackgroundColor = back;

            if (newLine)
                Console.WriteLine(message);
            else
                Console.Write(message);

            if (foreground is not null)
                Console.ForegroundColor = formerForeground;
            if (background is not null)
                Console.BackgroundColor = formerBackground;
        }
    }
}
