using System;
using System.Collections.Concurrent;
using System.CommandLine;
using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading;

namespace Akka.Reactor.Benchmarks.Load;

/// <summary>
/// <c>load</c>: the load generator as a process of its own. Reads <c>SECONDS</c> lines on its input, answers each with a
/// <see cref="LoadResult"/>, and ends with its input, so that it cannot outlive whoever started it.
/// </summary>
internal static class LoadCommand
{
    internal const string Ready = "READY";

    private const int Failed = 2;

    internal static Command Create()
    {
        Option<int> port = new("--port") { Required = true };
        Option<int> connections = new("--connections") { Required = true };
        Option<int> size = new("--size") { Required = true };
        Option<int> pipeline = new("--pipeline") { Required = true };
        Command command = new("load", "The load generator's process; started by echo.") { Hidden = true };
        command.Add(port);
        command.Add(connections);
        command.Add(size);
        command.Add(pipeline);
        command.SetAction(parsed =>
            Run(
                parsed.GetRequiredValue(port),
                parsed.GetRequiredValue(connections),
                parsed.GetRequiredValue(size),
                parsed.GetRequiredValue(pipeline)
            )
        );
        return command;
    }

    private static int Run(int port, int connections, int size, int pipeline)
    {
        // Ctrl-C reaches the whole process group; the comparison ends its children in order.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            static context => context.Cancel = true
        );
        using EchoLoad load = new(new IPEndPoint(IPAddress.Loopback, port), connections, size, pipeline);
        Console.Out.WriteLine(Ready);
        using BlockingCollection<string> orders = [];
        new Thread(() => ReadOrders(orders)) { IsBackground = true, Name = "orders" }.Start();
        try
        {
            while (true)
            {
                double seconds = double.Parse(orders.Take(), CultureInfo.InvariantCulture);
                Console.Out.WriteLine(load.Run(TimeSpan.FromSeconds(seconds)).Format());
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or Win32Exception)
        {
            Console.Error.WriteLine(failure.Message);
            return Failed;
        }
    }

    // The end of input ends the process at once, also in the middle of a round: nobody waits for its result.
    private static void ReadOrders(BlockingCollection<string> orders)
    {
        while (Console.In.ReadLine() is { } line)
        {
            orders.Add(line);
        }

        Environment.Exit(0);
    }
}
