namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>How the protocol of an echo server on this library is written.</summary>
internal enum EchoForm
{
    /// <summary>It says that it keeps nothing of what it has received.</summary>
    KeepsNothing,

    /// <summary>It keeps the defaults.</summary>
    Defaults,

    /// <summary>It keeps nothing, and its handler is asynchronous.</summary>
    Asynchronous,
}
