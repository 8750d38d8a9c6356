namespace Akka.Reactor;

/// <summary>
/// The memory that the connections of a reactor hold, as far as the reactor knows: received bytes that are not consumed, waiting writes
/// at their cost, an estimate for TLS, and what protocols report with <see cref="ProtocolActor.CountMemory"/>. Each loop publishes its
/// count in steps of a thousandth of the limit, from 1 KiB to 1 MiB.
/// </summary>
/// <param name="Used">The bytes that all connections hold.</param>
/// <param name="Limit">The limit in bytes; null if there is none.</param>
/// <param name="ShedConnections">The number of connections that were ended because of the limit.</param>
public sealed record ReactorMemory(long Used, long? Limit, long ShedConnections);
