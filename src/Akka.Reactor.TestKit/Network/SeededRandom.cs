namespace Akka.Reactor.Simulated;

/// <summary>
/// The only source of random numbers of a simulation (SplitMix64). .NET's generator is not used, because .NET guarantees no
/// sequence for a seed, and a seed that has failed once must fail on every machine.
/// </summary>
internal sealed class SeededRandom(int seed)
{
    private const double Unit = 1.0 / (1L << 53);

    private ulong _state = (ulong)(uint)seed * 0x9E3779B97F4A7C15;

    /// <summary>Returns a random number from 0 up to, but not including, <paramref name="below"/>.</summary>
    internal int Next(int below) => below <= 1 ? 0 : (int)(Next() % (uint)below);

    /// <summary>Returns a random number from 0 up to and including <paramref name="most"/>.</summary>
    internal long UpTo(long most) => most <= 0 ? 0 : (long)(Next() % ((ulong)most + 1));

    /// <summary>Returns true with the given probability. Draws no random number if the probability is 0 or 1.</summary>
    internal bool Chance(double probability) =>
        probability > 0 && (probability >= 1 || (Next() >> 11) * Unit < probability);

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
