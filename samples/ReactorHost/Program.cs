using System;
using System.CommandLine;
using System.IO;
using System.Threading.Tasks;
using Akka.Configuration;
using Akka.Reactor;

namespace ReactorHost;

internal static class Program
{
    private const int CannotStart = 2;

    /// <summary>The time that the program waits at its end for the last log lines to be written.</summary>
    private static readonly TimeSpan LastLines = TimeSpan.FromSeconds(1);

    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            ParseResult parsed = new HostCommand().Create(Host.RunFile, Host.RunForm).Parse(arguments);
            if (parsed.Errors.Count > 0)
            {
                return Fail(parsed.Errors[0].Message);
            }

            // This program handles the signals itself: a signal starts draining, which may take longer than the default
            // timeout of a command.
            int exitCode = await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }
            );
            LogOutput.Standard.Close(LastLines);
            return exitCode;
        }
        catch (Exception failure)
            when (failure is HostException or ReactorException or ConfigurationException or IOException)
        {
            // An IOException means that the help or the version could not be written to the output.
            return Fail(failure.Message);
        }
    }

    private static int Fail(string message)
    {
        LogOutput.Standard.Close(LastLines);
        try
        {
            Console.Error.WriteLine($"ReactorHost: {message.ReplaceLineEndings(" ")}");
        }
        catch (IOException)
        {
            // Only the exit code can report the failure.
        }

        // A return is not enough: an actor system that was about to start may have left threads that would keep the process
        // alive.
        Environment.Exit(CannotStart);
        return CannotStart;
    }
}
