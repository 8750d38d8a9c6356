using System;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>One way to write a TCP server. Every one sets TCP_NODELAY and moves up to <see cref="BufferSize"/> at a time.</summary>
internal interface IPeerServer : IAsyncDisposable
{
    /// <summary>As much as Akka.Reactor takes in one receive.</summary>
    internal const int BufferSize = 64 * 1024;

    /// <summary>Listens on loopback and returns the port; port 0 lets the system choose.</summary>
    Task<int> Start(int port);
}
