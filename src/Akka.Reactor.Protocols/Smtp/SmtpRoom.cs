using System.Threading;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The room that all messages of one configuration share: it limits the number of octets that these messages and their
/// recipients may take at one time, in memory and on disk together, from their arrival until they are answered. Can be used
/// from any thread.
/// </summary>
internal sealed class SmtpRoom(long limit)
{
    private long _taken;

    /// <summary>The number of octets that are taken at the moment.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Returns whether there is room for the given number of further octets at the moment.</summary>
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
