namespace Akka.Reactor.Benchmarks.Relay;

/// <summary>What one turn of a relay cost.</summary>
/// <param name="CpuPerRequest">Microseconds of processor time of the relay, for a request and its response.</param>
/// <param name="RequestsPerSecond">As many as wrk got answers to.</param>
internal readonly record struct RelayRound(double CpuPerRequest, double RequestsPerSecond);
