namespace Akka.Reactor.Simulated;

/// <summary>
/// The one source of chance of a simulation (SplitMix64). Our own, because .NET promises no sequence for a seed, and a seed
/// that failed once must fail on every machine.
/// </summary>
internal sealed class SeededRandom(int seed)
{
    private const double Unit = 1.0 / (1L << 53);

    private ulong _state = (ulong)(uint)seed * 0x9E3779B97F4A7C15;

    /// <summary>From 0 up to, not including, <paramref name="below"/>.</summary>
    internal int Next(int below) => below <= 1 ? 0 : (int)(Next() % (uint)below);

    /// <summary>From 0 up to and including <paramref name="most"/>.</summary>
    internal long UpTo(long most) => most <= 0 ? 0 : (long)(Next() % ((ulong)most + 1));

    /// <summary>True with this probability. Impossible and certain things draw nothing.</summary>
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
