namespace Akka.Reactor.Benchmarks.Relay;

/// <summary>The result of one turn of a relay.</summary>
/// <param name="CpuPerRequest">The processor time of the relay for a request and its response, in microseconds.</param>
/// <param name="RequestsPerSecond">The number of requests per second that were answered.</param>
internal readonly record struct RelayRound(double CpuPerRequest, double RequestsPerSecond);
