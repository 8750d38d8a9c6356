using System;
using System.CommandLine;
using System.Threading.Tasks;
using Akka.Configuration;
using Akka.Reactor;

namespace ReactorHost;

internal static class Program
{
    private const int CannotStart = 2;

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
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }
            );
        }
        catch (Exception failure) when (failure is HostException or ReactorException or ConfigurationException)
        {
            return Fail(failure.Message);
        }
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"ReactorHost: {message.ReplaceLineEndings(" ")}");

        // Not a return: an actor system that was about to start may have left threads that would keep the process.
        Environment.Exit(CannotStart);
        return CannotStart;
    }
}
