namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>One of the addresses 127.0.1.1 and up: each has its own ephemeral ports, so that many can be in use, or in TIME_WAIT.</summary>
/// <param name="Number">Which, from 0; taken modulo 250.</param>
internal readonly record struct LoopbackAddress(int Number)
{
    /// <summary>In host order.</summary>
    internal uint Value => 0x7f000100u + 1 + (uint)(Number % 250);
}
