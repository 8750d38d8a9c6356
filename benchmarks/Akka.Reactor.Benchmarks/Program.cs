using System.CommandLine;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Churn;
using Akka.Reactor.Benchmarks.Comparison;
using Akka.Reactor.Benchmarks.Generator;
using Akka.Reactor.Benchmarks.Idle;
using Akka.Reactor.Benchmarks.Micro;
using Akka.Reactor.Benchmarks.Relay;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks;

internal static class Program
{
    // This code differs from 1, which reports that a limit was missed.
    private const int WrongUsage = 2;

    private static async Task<int> Main(string[] arguments)
    {
        RootCommand root = new("Load comparison of Akka.Reactor with its peers. Linux only. See benchmarks/README.md.");
        root.Add(LoadCommand.Create());
        root.Add(IdleCommand.Create());
        root.Add(ChurnCommand.Create());
        root.Add(RelayCommand.Create());
        root.Add(MicroCommand.Create());
        root.Add(ServerCommand.Create());
        root.Add(GeneratorCommand.Create());
        ParseResult parsed = root.Parse(arguments);

        // Each command handles signals itself, because each ends in its own way.
        int exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? WrongUsage : exitCode;
    }
}
