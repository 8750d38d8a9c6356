using System;
using System.Collections.Concurrent;
using System.CommandLine;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// The command <c>generator</c>: generates the load on one server, in its own process. It reads lines of <c>SECONDS</c> on
/// its input and answers each with a <see cref="GeneratorResult"/>. It ends when its input ends, so that it cannot outlive
/// the process that started it.
/// </summary>
internal static class GeneratorCommand
{
    internal const string Ready = "READY";

    private const int Failed = 2;

    internal static Command Create()
    {
        Option<int> port = new("--port") { Required = true };
        Command command = new("generator", "The load on one server; started by load.") { Hidden = true };
        command.Add(port);
        foreach (Option option in GeneratorRequest.Options)
        {
            command.Add(option);
        }

        command.SetAction(parsed => Run(parsed.GetRequiredValue(port), GeneratorRequest.From(parsed)));
        return command;
    }

    private static int Run(int port, GeneratorRequest request)
    {
        // Ctrl-C reaches the whole process group. This process ignores it, because the comparison ends its child processes
        // in order.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            static context => context.Cancel = true
        );
        using BlockingCollection<string> orders = [];
        try
        {
            using TlsContext? tls = request.Tls ? new TlsContext() : null;
            using Traffic traffic = request.Connect(port, tls);
            Console.Out.WriteLine(Ready);
            new Thread(() => ReadOrders(orders)) { IsBackground = true, Name = "orders" }.Start();
            while (true)
            {
                double seconds = double.Parse(orders.Take(), CultureInfo.InvariantCulture);
                Console.Out.WriteLine(traffic.Run(TimeSpan.FromSeconds(seconds)).Format());
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or Win32Exception)
        {
            Console.Error.WriteLine(failure.Message);
            return Failed;
        }
    }

    // The end of input ends the process immediately, also in the middle of a round, because no process waits for the result
    // any more.
    private static void ReadOrders(BlockingCollection<string> orders)
    {
        while (Console.In.ReadLine() is { } line)
        {
            orders.Add(line);
        }

        Environment.Exit(0);
    }
}
