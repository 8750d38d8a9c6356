using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>Everything that the layers above need from an operating system (or from a simulated one).</summary>
internal interface IPlatform
{
    /// <summary>The engine's name in <c>akka.reactor.engine</c>.</summary>
    string EngineName { get; }

    ISockets Sockets { get; }

    IWakeSignal CreateWakeSignal();

    /// <summary>Creates an engine that <paramref name="wake"/> can wake. The caller still owns <paramref name="wake"/>.</summary>
    IEngine CreateEngine(IWakeSignal wake);
}
