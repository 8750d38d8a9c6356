using System.Threading;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The octets that all messages, with their recipients, of one configuration may have at one time, in memory and on disk together, from their
/// arrival until they are answered. Used from any thread.
/// </summary>
internal sealed class SmtpRoom(long limit)
{
    private long _taken;

    /// <summary>Octets taken at the moment.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Whether there is room for so many more at the moment.</summary>
    public bool Has(long octets) => octets <= limit - Taken;

    public bool TryTake(long octets)
    {
        if (Interlocked.Add(ref _taken, octets) <= limit)
            return true;
        Give(octets);
        return false;
    }

    public void Give(long octets) => Interlocked.Add(ref _taken, -octets);
}
