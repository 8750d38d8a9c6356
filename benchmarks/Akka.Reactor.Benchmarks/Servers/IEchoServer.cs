using System;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>One way to write a TCP server that sends back what it receives. Every one sets TCP_NODELAY.</summary>
internal interface IEchoServer : IAsyncDisposable
{
    /// <summary>Listens on loopback and returns the port; port 0 lets the system choose.</summary>
    Task<int> Start(int port);
}
