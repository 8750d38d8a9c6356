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

    /// <summary>How long the end waits for the last lines of the log to be written.</summary>
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

            // The signals are ours: they mean draining, which may take longer than a command's default allows.
            int exitCode = await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }
            );
            LogOutput.Standard.Close(LastLines);
            return exitCode;
        }
        catch (Exception failure)
            when (failure is HostException or ReactorException or ConfigurationException or IOException)
        {
            // An IOException: the output cannot take the help or the version.
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
            // The exit code has to say it alone.
        }

        // Not a return: an actor system that was about to start may have left threads that would keep the process.
        Environment.Exit(CannotStart);
        return CannotStart;
    }
}
