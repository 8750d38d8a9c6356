using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>Everything the layers above need of an operating system (or of a simulated one).</summary>
internal interface IPlatform
{
    /// <summary>The engine's name as in <c>akka.reactor.engine</c>.</summary>
    string EngineName { get; }

    ISockets Sockets { get; }

    IWakeSignal CreateWakeSignal();

    /// <summary>A fresh engine, woken by <paramref name="wake"/>, which stays the caller's.</summary>
    IEngine CreateEngine(IWakeSignal wake);
}
