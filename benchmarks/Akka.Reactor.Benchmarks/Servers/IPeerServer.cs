using System;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// A TCP server of the comparison. Every server sets TCP_NODELAY and moves up to <see cref="BufferSize"/> bytes at a time.
/// </summary>
internal interface IPeerServer : IAsyncDisposable
{
    /// <summary>The number of bytes that Akka.Reactor takes in one receive.</summary>
    internal const int BufferSize = 64 * 1024;

    /// <summary>Listens on loopback and returns the port; port 0 lets the system choose.</summary>
    Task<int> Start(int port);
}
