namespace Akka.Reactor.Benchmarks.Idle;

/// <summary>The memory of a process, in bytes.</summary>
/// <param name="Managed">The live bytes on the managed heap after a full collection.</param>
/// <param name="Resident">The resident set.</param>
internal readonly record struct MemoryUse(long Managed, long Resident);
