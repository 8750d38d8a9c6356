using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// The gate in front of SslStream. It cuts the peer's bytes at record boundaries, counts them, and passes no byte of a record
/// until the part of the header that has arrived was found acceptable.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TlsInlet
{
    private const int MostBarren = 32;

    private readonly bool _isClient;
    private TlsRecordReader _record;

    // The number of complete records since the last one that had plaintext.
    private int _barren;

    public TlsInlet(bool isClient)
    {
        _isClient = isClient;
    }

    /// <summary>The number of bytes that have passed.</summary>
    public long Passed { get; private set; }

    /// <summary>The record to which the last bytes belong.</summary>
    public readonly TlsRecordReader Record => _record;

    /// <summary>The last record has had plaintext.</summary>
    public void HasData() => _barren = 0;

    /// <summary>
    /// The last bytes have given no plaintext. Returns true if too many records in a row had none: tickets and changes of keys have none, and
    /// a peer that sends nothing else keeps this side at work.
    /// </summary>
    public bool IsBarren() => _record.IsComplete && ++_barren > MostBarren;

    /// <summary>The failure to which <see cref="IsBarren"/> leads.</summary>
    public static TlsProtocolException TooBarren() =>
        new($"The peer sent more than {MostBarren} TLS records in a row without any data.");

    /// <summary>Takes the bytes at the front that belong to the current record.</summary>
    /// <param name="piece">Bytes from the peer; not empty.</param>
    /// <param name="handshakeLimit">
    /// The largest number of bytes that the handshake may have taken so far; null after the handshake is complete.
    /// </param>
    /// <param name="taken">The number of bytes that pass, if none are refused.</param>
    /// <returns>The reason for the refusal; null if the bytes pass.</returns>
    public ReactorException? Take(ReadOnlyMemory<byte> piece, int? handshakeLimit, out int taken)
    {
        bool first = Passed < TlsRecordReader.HeaderSize;
        taken = _record.Take(piece.Span, out TlsRecordFault fault);
        if (first && (!MayComeFirst(_record.ContentType) || fault == TlsRecordFault.Version))
        {
            return NotSpoken(piece);
        }

        if (fault != TlsRecordFault.None)
        {
            string message = $"The peer sent a malformed TLS record header ({fault}).";
            return handshakeLimit is null ? new TlsProtocolException(message) : new TlsHandshakeException(message);
        }

        // The bytes that the header announces count too, so that the gate does not wait for a record that is too large.
        long total = Passed + taken + _record.Remaining;
        if (total > handshakeLimit)
        {
            return TlsHandshakeException.TooLarge(total, handshakeLimit.Value);
        }

        Passed += taken;
        return null;
    }

    // A server may answer a ClientHello with only an alert; a client has no reason to begin with an alert.
    private readonly bool MayComeFirst(byte contentType) =>
        contentType == TlsRecordReader.Handshake || (_isClient && contentType == TlsRecordReader.Alert);

    private readonly TlsHandshakeException NotSpoken(ReadOnlyMemory<byte> piece)
    {
        byte[] bytes = piece[..Math.Min(piece.Length, TlsHandshakeException.MaxFirstBytes)].ToArray();
        // A wrong second byte may arrive in a separate piece. The first byte is then known as the content type.
        return TlsHandshakeException.NotTls(Passed == 0 ? bytes : [_record.ContentType, .. bytes]);
    }
}
