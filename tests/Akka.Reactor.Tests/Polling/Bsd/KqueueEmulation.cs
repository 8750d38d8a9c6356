using System;
using System.IO;
using System.Runtime.CompilerServices;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Bsd;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Tests.Polling.Bsd;

/// <summary>
/// kqueue on Linux: what Native/kqueue.c was built to, where there was a compiler. With macOS's events it is made the
/// library of the kqueue engine, unless another was asked for; with FreeBSD's it is a platform of its own.
/// </summary>
internal sealed class KqueueEmulation : IPlatform
{
    private const string Variable = "AKKA_REACTOR_KQUEUE_LIBRARY";

    private readonly KqueueNative _native =
        KqueueNative.TryLoad(Built("libkqueue-emulation-freebsd.so"), KqueueNative.FreeBsdEventSize, out string? reason)
        ?? throw new EngineNotAvailableException("kqueue", reason!);

#pragma warning disable CA2255 // Before the first test, and before the runner asks why one is skipped.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Choose()
    {
        string built = Built("libkqueue-emulation.so");
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) && File.Exists(built))
        {
            Environment.SetEnvironmentVariable(Variable, built);
        }
    }

    public string EngineName => "kqueue";

    public ISockets Sockets { get; } = new PosixSockets(PosixAbi.Linux);

    public IWakeSignal CreateWakeSignal() => new WakePipe(PosixAbi.Linux);

    public IEngine CreateEngine(IWakeSignal wake) => new KqueueEngine(wake, PosixAbi.Linux, _native);

    private static string Built(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
