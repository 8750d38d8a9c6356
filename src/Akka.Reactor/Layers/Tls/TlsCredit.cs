using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// The credit that a TLS layer returns to the transport below. Ciphertext is consumed below only as fast as plaintext is consumed above: a
/// protocol that reads nothing holds the peer back through TLS as it does without TLS. Plaintext that is not consumed above stays owed
/// below, except for the length of one record: a record that does not fit completely could never be read. Pure. Mutable: keep it in a
/// field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TlsCredit
{
    // A record of TLS 1.2 has at most this length: the header, the plaintext and the largest expansion (RFC 5246, section
    // 6.2.3).
    private const int LongestRecord = 5 + (16 * 1024) + 2048;

    // The credit that is returned together; as small as that of a protocol, and for the same reason.
    private const int Batch = 2048;

    private long _unconsumedAbove;
    private long _owedBelow;

    /// <summary>Bytes have arrived from below.</summary>
    internal void Received(long bytes) => _owedBelow += bytes;

    /// <summary>The owner has received bytes.</summary>
    internal void PassedOn(long bytes) => _unconsumedAbove += bytes;

    /// <summary>The owner has consumed bytes.</summary>
    internal void Consumed(long bytes) => _unconsumedAbove = Math.Max(0, _unconsumedAbove - bytes);

    /// <summary>Returns the bytes that count as consumed below from now on, or 0.</summary>
    /// <param name="maxUnread">See <see cref="ConnectionOptions.MaxUnread"/>.</param>
    /// <param name="kept">The bytes that the layer keeps for its owner.</param>
    internal long Pay(int maxUnread, long kept)
    {
        long unconsumed = _unconsumedAbove + kept;
        long pay = _owedBelow - Math.Max(0, unconsumed - LongestRecord);
        bool starves = maxUnread - _owedBelow < LongestRecord;
        if (unconsumed >= maxUnread || (pay < Math.Min(Batch, maxUnread / 4) && !(pay > 0 && starves)))
        {
            return 0;
        }

        _owedBelow -= pay;
        return pay;
    }
}
