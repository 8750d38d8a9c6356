using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// The gate before SslStream: cuts the peer's bytes at record boundaries, counts them, and lets nothing of a record
/// pass before its header, as far as it has arrived, was found acceptable.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TlsInlet
{
    private readonly bool _isClient;
    private TlsRecordReader _record;

    public TlsInlet(bool isClient)
    {
        _isClient = isClient;
    }

    /// <summary>Bytes that have passed.</summary>
    public long Passed { get; private set; }

    /// <summary>The record that the last bytes belong to.</summary>
    public readonly TlsRecordReader Record => _record;

    /// <summary>Takes the bytes at the front that belong to the current record.</summary>
    /// <param name="piece">Bytes of the peer, not empty.</param>
    /// <param name="handshakeLimit">Most bytes the handshake may take so far; null once it is complete.</param>
    /// <param name="taken">How many bytes pass, if none are refused.</param>
    /// <returns>Why they are refused; null when they pass.</returns>
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

        // Announced bytes count, so that a record too large is not even waited for.
        long total = Passed + taken + _record.Remaining;
        if (total > handshakeLimit)
        {
            return TlsHandshakeException.TooLarge(total, handshakeLimit.Value);
        }

        Passed += taken;
        return null;
    }

    // A server may answer a ClientHello with nothing but an alert; a client has no reason to begin with one.
    private readonly bool MayComeFirst(byte contentType) =>
        contentType == TlsRecordReader.Handshake || (_isClient && contentType == TlsRecordReader.Alert);

    private readonly TlsHandshakeException NotSpoken(ReadOnlyMemory<byte> piece)
    {
        byte[] bytes = piece[..Math.Min(piece.Length, TlsHandshakeException.MaxFirstBytes)].ToArray();
        // A wrong second byte may come in a piece of its own.
        return TlsHandshakeException.NotTls(Passed == 0 ? bytes : [_record.ContentType, .. bytes]);
    }
}
