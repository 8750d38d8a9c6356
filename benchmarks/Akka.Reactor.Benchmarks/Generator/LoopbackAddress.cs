namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// One of the addresses from 127.0.1.1 upwards. Each has its own ephemeral ports, so that many ports can be in use or in
/// TIME_WAIT.
/// </summary>
/// <param name="Number">The number of the address, from 0. It is taken modulo 250.</param>
internal readonly record struct LoopbackAddress(int Number)
{
    /// <summary>The address in host byte order.</summary>
    internal uint Value => 0x7f000100u + 1 + (uint)(Number % 250);
}
